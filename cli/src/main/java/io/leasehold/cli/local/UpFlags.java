package io.leasehold.cli.local;

import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;

/** The flags of {@code leasehold cluster up}. */
final class UpFlags {
    private static final int MEMBERS_DEFAULT = 3;
    private static final int BASE_PORT_DEFAULT = 2379;

    final Flag<Long> members;
    final Flag<Long> basePort;
    final Flag<Boolean> autoTls;
    final Flag<Boolean> plain;

    /** Declares them. */
    UpFlags(Flags flags) {
        members = flags.number(
                "members", "n", MEMBERS_DEFAULT, "how many to found it with, 1 to " + LocalCluster.MEMBERS_MAX);
        basePort = flags.number(
                "base-port",
                "port",
                BASE_PORT_DEFAULT,
                "the first one's for clients; the next has " + LocalCluster.PORT_STEP + " more");
        autoTls = flags.toggle("auto-tls", "clients and members speak TLS, with certificates made for it");
        plain = flags.toggle("plain", "tell what happens line by line instead of drawing a screen");
    }
}
