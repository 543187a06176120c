package io.leasehold.server.front;

import io.leasehold.server.http.HttpEndpoint;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.util.List;

/** Puts the HTTP/1.1 handlers into a connection's pipeline. One for all connections. */
final class HttpPipeline {
    private static final int MAX_REQUEST_LINE_BYTES = 8 * 1024;
    private static final int MAX_HEADER_BYTES = 16 * 1024;

    /** JSON writes bytes in base64, four characters for three, and names around them. */
    private static final int BODY_BYTES_PER_MESSAGE_BYTE = 2;

    private final int maxBodyBytes;
    private final CrossOrigin crossOrigin;
    private final List<HttpEndpoint> endpoints;

    private HttpPipeline(int maxBodyBytes, CrossOrigin crossOrigin, List<HttpEndpoint> endpoints) {
        this.maxBodyBytes = maxBodyBytes;
        this.crossOrigin = crossOrigin;
        this.endpoints = List.copyOf(endpoints);
    }

    /**
     * Serves clients, browsers among them.
     *
     * @param maxMessageBytes the largest message a request's body may stand for
     */
    static HttpPipeline forClients(int maxMessageBytes, List<HttpEndpoint> endpoints) {
        int maxBodyBytes = Math.multiplyExact(maxMessageBytes, BODY_BYTES_PER_MESSAGE_BYTE);
        return new HttpPipeline(maxBodyBytes, CrossOrigin.ALLOWED, endpoints);
    }

    /** Serves other programs alone; a larger body than {@code maxBodyBytes} is refused (413). */
    static HttpPipeline forPrograms(int maxBodyBytes, List<HttpEndpoint> endpoints) {
        return new HttpPipeline(maxBodyBytes, CrossOrigin.UNTOLD, endpoints);
    }

    void addTo(ChannelPipeline pipeline) {
        pipeline.addLast(new HttpServerCodec(new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)));
        pipeline.addLast(new HttpObjectAggregator(maxBodyBytes, true));
        pipeline.addLast(new HttpConnection(endpoints, maxBodyBytes, crossOrigin));
    }
}
