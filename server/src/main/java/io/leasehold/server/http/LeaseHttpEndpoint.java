package io.leasehold.server.http;

import io.leasehold.lease.leasehttp.LeaseHttpHandler;
import io.leasehold.lease.leasehttp.LeaseHttpReply;
import java.util.Map;

/** Lease HTTP on a port of its own: every path there is the handler's, which refuses those it does not know. */
public final class LeaseHttpEndpoint implements HttpEndpoint {
    private final LeaseHttpHandler handler;

    /** Has requests answered by the handler. */
    public LeaseHttpEndpoint(LeaseHttpHandler handler) {
        this.handler = handler;
    }

    @Override
    public boolean serves(String path) {
        return true;
    }

    @Override
    public void handle(HttpCall call) {
        handler.handle(call.method(), call.path(), call.body(), reply -> call.respond(httpReply(reply)));
    }

    private static HttpReply httpReply(LeaseHttpReply reply) {
        return new HttpReply(reply.status(), Map.of("Content-Type", reply.contentType()), reply.body());
    }
}
