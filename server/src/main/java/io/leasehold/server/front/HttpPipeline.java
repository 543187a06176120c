package io.leasehold.server.front;

import io.leasehold.server.http.HttpEndpoint;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import java.util.List;

/** Puts the handlers of HTTP, 1.1 or 2, into a connection's pipeline. One for all connections. */
final class HttpPipeline {
    private static final int MAX_REQUEST_LINE_BYTES = 8 * 1024;
    private static final int MAX_HEADER_BYTES = 16 * 1024;

    /** JSON writes bytes in base64, four characters for three, and names around them. */
    private static final int BODY_BYTES_PER_MESSAGE_BYTE = 2;

    /** Requests a client may have under way on one HTTP/2 connection: each may hold a body in memory. */
    private static final int MAX_HTTP2_REQUESTS = 100;

    /** A client that resets more requests than this floods (CVE-2023-44487). */
    private static final int MAX_RESETS_PER_WINDOW = 200;

    private static final int RESET_WINDOW_SECONDS = 20;

    private final int maxBodyBytes;
    private final AccessRules rules;
    private final List<HttpEndpoint> endpoints;

    private HttpPipeline(int maxBodyBytes, AccessRules rules, List<HttpEndpoint> endpoints) {
        this.maxBodyBytes = maxBodyBytes;
        this.rules = rules;
        this.endpoints = List.copyOf(endpoints);
    }

    /**
     * Serves clients, browsers among them.
     *
     * @param maxMessageBytes the largest message a request's body may stand for
     */
    static HttpPipeline forClients(int maxMessageBytes, AccessRules rules, List<HttpEndpoint> endpoints) {
        int maxBodyBytes = Math.multiplyExact(maxMessageBytes, BODY_BYTES_PER_MESSAGE_BYTE);
        return new HttpPipeline(maxBodyBytes, rules, endpoints);
    }

    /** Serves other programs alone; a larger body than {@code maxBodyBytes} is refused (413). */
    static HttpPipeline forPrograms(int maxBodyBytes, List<HttpEndpoint> endpoints) {
        return new HttpPipeline(maxBodyBytes, AccessRules.forPrograms(), endpoints);
    }

    /** Serves HTTP/1.1 on a connection. */
    void addTo(ChannelPipeline pipeline) {
        pipeline.addLast(new HttpServerCodec(new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)));
        addEndpointsTo(pipeline);
    }

    /** Serves HTTP/2 on a connection; each of its streams is one request. */
    void addHttp2To(ChannelPipeline pipeline, int maxConcurrentStreams) {
        Http2Settings settings = Http2Settings.defaultSettings()
                .maxConcurrentStreams(Math.min(maxConcurrentStreams, MAX_HTTP2_REQUESTS))
                .maxHeaderListSize(MAX_HEADER_BYTES);
        pipeline.addLast(Http2FrameCodecBuilder.forServer()
                .initialSettings(settings)
                .decoderEnforceMaxRstFramesPerWindow(MAX_RESETS_PER_WINDOW, RESET_WINDOW_SECONDS)
                .build());
        pipeline.addLast(new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel stream) {
                stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(true));
                addEndpointsTo(stream.pipeline());
            }
        }));
        pipeline.addLast(new Http2ConnectionEnd());
    }

    private void addEndpointsTo(ChannelPipeline pipeline) {
        pipeline.addLast(new BodyAggregator(maxBodyBytes, endpoints));
        pipeline.addLast(new HttpConnection(endpoints, maxBodyBytes, rules));
    }
}
