package io.leasehold.server.config;

/** The versions a server tells: the etcd release whose behaviour it follows, and its own. */
public final class ServerVersion {
    /** The etcd release we follow; what {@code Status.version} and {@code /version} say, since clients gate on it. */
    public static final String ETCD = "3.6.14";

    /** The cluster version once it is decided: always the minor release, patch zero. */
    public static final String CLUSTER = "3.6.0";

    /** Leasehold's own version. */
    public static final String LEASEHOLD = "0.1.0";

    private ServerVersion() {}
}
