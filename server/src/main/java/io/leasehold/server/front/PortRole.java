package io.leasehold.server.front;

/** What is served on one of the addresses of a {@link ClientPort}. */
public enum PortRole {
    /** gRPC and HTTP side by side. */
    ALL("grpc+http", "listen-client-urls"),
    /** gRPC, because HTTP has addresses of its own. */
    GRPC("grpc", "listen-client-urls"),
    /** HTTP without gRPC. */
    HTTP("http", "listen-client-http-urls"),
    /** Metrics and health alone. */
    METRICS("metrics", "listen-metrics-urls");

    private final String traffic;
    private final String flag;

    PortRole(String traffic, String flag) {
        this.traffic = traffic;
        this.flag = flag;
    }

    /** What is served, in etcd's words for the log. */
    public String traffic() {
        return traffic;
    }

    /** The flag its addresses come from, without dashes. */
    String flag() {
        return flag;
    }
}
