package io.leasehold.server.http;

import io.leasehold.protocol.ByteSequence;
import java.util.Map;
import java.util.function.Supplier;

/** {@code GET /metrics}: everything that is measured, for Prometheus. */
public final class MetricsEndpoint implements HttpEndpoint {
    private final String contentType;
    private final Supplier<String> text;

    /** Serves a text that is made anew for each request. */
    public MetricsEndpoint(String contentType, Supplier<String> text) {
        this.contentType = contentType;
        this.text = text;
    }

    @Override
    public boolean serves(String path) {
        return path.equals("/metrics");
    }

    @Override
    public void handle(HttpCall call) {
        if (call.method().equals("GET")) {
            call.respond(new HttpReply(200, Map.of("Content-Type", contentType), ByteSequence.utf8(text.get())));
        } else {
            call.respond(HttpReply.onlyGet());
        }
    }
}
