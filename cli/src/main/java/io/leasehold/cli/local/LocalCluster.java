package io.leasehold.cli.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A cluster as it is remembered from one {@code up} to the next, and the lines of the file that does so.
 *
 * @param token tells it from other clusters that had the same ports
 * @param secure whether clients and members speak TLS, with certificates that members make for themselves
 * @param basePort the first member's port for clients
 * @param nextNumber of the next member to be added; a removed one's is not used again
 * @param members those there are
 */
record LocalCluster(String token, boolean secure, int basePort, int nextNumber, List<MemberSpec> members) {
    /** As etcd advises: with more, writes wait for ever more machines. */
    static final int MEMBERS_MAX = 7;

    /** Ports per member: one for clients, one for members, and the rest so that people see which is whose. */
    static final int PORT_STEP = 10;

    /** Below these only a machine's administrator may listen. */
    static final int BASE_PORT_MIN = 1024;

    /** Leaves room for a hundred members, were they added and removed one by one. */
    static final int BASE_PORT_MAX = 64_000;

    private static final String FORMAT = "format 1";

    LocalCluster {
        members = List.copyOf(members);
    }

    /** A new one. */
    static LocalCluster founded(int count, int basePort, boolean secure, String token) {
        LocalCluster cluster = new LocalCluster(token, secure, basePort, 1, List.of());
        for (int i = 0; i < count; i++) {
            cluster = cluster.with(cluster.next(true));
        }
        return cluster;
    }

    /** What the next member will be. */
    MemberSpec next(boolean founder) {
        return new MemberSpec("infra" + nextNumber, basePort + (nextNumber - 1) * PORT_STEP, founder);
    }

    LocalCluster with(MemberSpec member) {
        List<MemberSpec> more = new ArrayList<>(members);
        more.add(member);
        return new LocalCluster(token, secure, basePort, nextNumber + 1, more);
    }

    LocalCluster without(String name) {
        List<MemberSpec> fewer =
                members.stream().filter(member -> !member.name().equals(name)).toList();
        return new LocalCluster(token, secure, basePort, nextNumber, fewer);
    }

    Optional<MemberSpec> find(String name) {
        return members.stream().filter(member -> member.name().equals(name)).findFirst();
    }

    /** What {@code --initial-cluster} says. */
    String initialCluster() {
        return members.stream()
                .map(member -> member.name() + "=" + member.peerUrl(secure))
                .collect(Collectors.joining(","));
    }

    /** What {@code --endpoints} says. */
    String endpoints() {
        return members.stream()
                .map(member -> secure ? member.clientUrl(true) : "127.0.0.1:" + member.clientPort())
                .collect(Collectors.joining(","));
    }

    /** As it is written to its file. */
    String toText() {
        StringBuilder text = new StringBuilder("# The members that \"leasehold cluster up\" starts here.\n");
        text.append(FORMAT).append('\n');
        text.append("token ").append(token).append('\n');
        text.append("secure ").append(secure).append('\n');
        text.append("base-port ").append(basePort).append('\n');
        text.append("next ").append(nextNumber).append('\n');
        for (MemberSpec member : members) {
            text.append("member ").append(member.name()).append(' ').append(member.clientPort());
            text.append(member.founder() ? " founder" : " added").append('\n');
        }
        return text.toString();
    }

    /**
     * Reads what {@link #toText} wrote.
     *
     * @throws IllegalArgumentException if it is something else, such as the file of a newer release
     */
    static LocalCluster parse(String text) {
        String token = "";
        boolean secure = false;
        int basePort = 0;
        int nextNumber = 0;
        List<MemberSpec> members = new ArrayList<>();
        boolean known = false;
        for (String line : text.lines().toList()) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "#" -> {}
                case "format" -> known = line.equals(FORMAT);
                case "token" -> token = words[1];
                case "secure" -> secure = Boolean.parseBoolean(words[1]);
                case "base-port" -> basePort = Integer.parseInt(words[1]);
                case "next" -> nextNumber = Integer.parseInt(words[1]);
                case "member" ->
                    members.add(new MemberSpec(words[1], Integer.parseInt(words[2]), words[3].equals("founder")));
                default -> throw new IllegalArgumentException("unknown line \"" + line + "\"");
            }
        }
        if (!known || members.isEmpty()) {
            throw new IllegalArgumentException(known ? "no members" : "not in " + FORMAT);
        }
        return new LocalCluster(token, secure, basePort, nextNumber, members);
    }
}
