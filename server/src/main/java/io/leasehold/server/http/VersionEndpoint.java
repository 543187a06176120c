package io.leasehold.server.http;

import io.leasehold.server.config.ServerVersion;

/** {@code GET /version}: the versions of server and cluster, in etcd's form. Served before the member is ready, too. */
public final class VersionEndpoint implements HttpEndpoint {
    private static final String NOT_DECIDED = "not_decided";

    private final MemberHealth member;

    /** Asks the given member for the cluster's version. */
    public VersionEndpoint(MemberHealth member) {
        this.member = member;
    }

    @Override
    public boolean serves(String path) {
        return path.equals("/version");
    }

    @Override
    public void handle(HttpCall call) {
        if (!call.method().equals("GET")) {
            call.respond(HttpReply.onlyGet());
            return;
        }
        String cluster = member.clusterVersion().orElse(NOT_DECIDED);
        call.respond(HttpReply.json(
                200,
                "{\"etcdserver\":\"" + ServerVersion.ETCD + "\",\"etcdcluster\":\"" + cluster + "\",\"storage\":\""
                        + ServerVersion.CLUSTER + "\"}"));
    }
}
