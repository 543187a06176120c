package io.leasehold.lease.leasehttp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Lease HTTP behind the JDK's own HTTP server, for programs with a lessor and no other server. To be mounted on {@link
 * LeaseHttp#RENEW_PATH}; needs a thread for each request under way, as a renewal of an expired lease waits.
 */
public final class LessorHttpHandler implements HttpHandler {
    private final LeaseHttpHandler handler;

    /** Serves leases that answer on the calling thread. */
    public LessorHttpHandler(LessorLeases leases) {
        this.handler = new LeaseHttpHandler(leases);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange;
                InputStream in = exchange.getRequestBody()) {
            byte[] body = in.readNBytes(LeaseHttp.REQUEST_BYTES_MAX + 1);
            String path = exchange.getRequestURI().getPath();
            handler.handle(exchange.getRequestMethod(), path, body, reply -> send(exchange, reply));
        } catch (UncheckedIOException clientGone) {
            throw clientGone.getCause();
        }
    }

    private static void send(HttpExchange exchange, LeaseHttpReply reply) {
        try {
            exchange.getResponseHeaders().set("Content-Type", reply.contentType());
            // -1 is the JDK's word for "no body"; 0 would be one of unknown length.
            int length = reply.body().isEmpty() ? -1 : reply.body().length();
            exchange.sendResponseHeaders(reply.status(), length);
            reply.body().writeTo(exchange.getResponseBody());
        } catch (IOException clientGone) {
            throw new UncheckedIOException(clientGone);
        }
    }
}
