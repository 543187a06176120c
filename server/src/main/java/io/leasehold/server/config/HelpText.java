package io.leasehold.server.config;

/** What {@code --help} and {@code --version} print. */
public final class HelpText {
    /** Column at which descriptions start: the longest flag that has an effect, two dashes and two blanks. */
    private static final int DESCRIPTION_COLUMN = 36;

    private HelpText() {}

    /** Every flag that has an effect, with its default. */
    public static String help() {
        StringBuilder text = new StringBuilder();
        text.append(
                """
                leasehold: a lease-centred coordination server that speaks etcd's v3 API

                usage:
                  leasehold server [flags]     run a member (the default when only flags are given)
                  leasehold cluster up         run a cluster of three on this machine; cluster help tells more
                  leasehold ctl <command>      be a client, as ./leaseholdctl is
                  leasehold version            print the version
                  leasehold help               print this

                flags of a member (each also as ETCD_<FLAG>, such as ETCD_DATA_DIR):
                """);
        for (Flag flag : FlagTable.all()) {
            if (flag.use() == Flag.Use.READ && !flag.name().startsWith("experimental-")) {
                append(text, flag);
            }
        }
        text.append(
                """

                etcd's other flags are known too: those without a meaning here are accepted with a warning,
                those whose absence would change safety or security are refused.
                """);
        return text.toString();
    }

    /** etcd's form, so that tools can parse the first line; then our own version. */
    public static String version() {
        return "etcd Version: " + ServerVersion.ETCD + "\n"
                + "Leasehold Version: " + ServerVersion.LEASEHOLD + "\n"
                + "Java Version: " + Runtime.version() + "\n"
                + "OS/Arch: " + System.getProperty("os.name") + "/" + System.getProperty("os.arch") + "\n";
    }

    private static void append(StringBuilder text, Flag flag) {
        String left = "  --" + flag.name();
        text.append(left)
                .repeat(" ", Math.max(1, DESCRIPTION_COLUMN - left.length()))
                .append(flag.help());
        if (!flag.defaultValue().isEmpty() && flag.kind() != Flag.Kind.BOOLEAN) {
            text.append(" (default ").append(flag.defaultValue()).append(')');
        }
        text.append('\n');
    }
}
