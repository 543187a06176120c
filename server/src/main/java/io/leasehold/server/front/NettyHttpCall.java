package io.leasehold.server.front;

import io.leasehold.server.http.HttpCall;
import io.leasehold.server.http.HttpReply;
import io.leasehold.server.http.HttpStream;
import io.leasehold.server.tls.ClientCertificate;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** One request on a Netty channel. Filled on the connection's loop; the answer may come from any thread. */
// A close or write that fails has closed the channel, and there is nothing else to do about it.
@SuppressWarnings("FutureReturnValueIgnored")
final class NettyHttpCall implements HttpCall {
    private final ChannelHandlerContext context;
    private final boolean keepAlive;
    private final Map<String, String> commonHeaders;
    private final Runnable whenAnswered;
    private final AtomicBoolean answering = new AtomicBoolean();
    private boolean chunks = true;
    private String method = "";
    private String path = "";
    private Map<String, List<String>> query = Map.of();
    private final Map<String, List<String>> headers = new HashMap<>();
    private byte[] body = new byte[0];
    // Confined to the connection's loop: an action registered after the client has gone runs at once.
    private boolean clientGone;
    private Runnable onGone = () -> {};

    /** {@code commonHeaders} go with every answer, in front of its own. */
    NettyHttpCall(
            ChannelHandlerContext context,
            boolean keepAlive,
            Map<String, String> commonHeaders,
            Runnable whenAnswered) {
        this.context = context;
        this.keepAlive = keepAlive;
        this.commonHeaders = commonHeaders;
        this.whenAnswered = whenAnswered;
    }

    /** Copies what the request says, its body too if that is there; false when its URL is malformed. */
    boolean take(HttpRequest request) {
        try {
            QueryStringDecoder uri = new QueryStringDecoder(request.uri());
            path = uri.path();
            query = uri.parameters();
        } catch (IllegalArgumentException malformed) {
            return false;
        }
        method = request.method().name();
        chunks = !request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        request.headers().forEach(header -> headers.computeIfAbsent(
                        header.getKey().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                .add(header.getValue()));
        if (request instanceof FullHttpRequest full) {
            body = ByteBufUtil.getBytes(full.content());
        }
        return true;
    }

    /** Has the call carry a token that came by another way than its header. */
    void setToken(String token) {
        headers.put("authorization", List.of(token));
    }

    /** The connection was closed before the answer was complete. Connection's loop only. */
    void gone() {
        clientGone = true;
        onGone.run();
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public Map<String, List<String>> query() {
        return query;
    }

    @Override
    public Map<String, List<String>> headers() {
        return headers;
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public Optional<ClientCertificate> clientCertificate() {
        return Optional.ofNullable(connection().attr(TlsEntrance.CERTIFICATE).get());
    }

    /** Whether the request came by TLS. */
    boolean isSecure() {
        return connection().pipeline().get(SslHandler.class) != null;
    }

    /** The connection, of which an HTTP/2 request is but one stream. */
    private Channel connection() {
        Channel channel = context.channel();
        return channel instanceof Http2StreamChannel ? channel.parent() : channel;
    }

    @Override
    public void respond(HttpReply reply) {
        beginAnswer();
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(reply.status()),
                Unpooled.wrappedBuffer(reply.body().asReadOnlyBuffer()));
        setHeaders(response, reply.headers());
        HttpUtil.setContentLength(response, reply.body().length());
        finish(context.writeAndFlush(response));
    }

    @Override
    public HttpStream stream(int status, Map<String, String> streamHeaders) {
        beginAnswer();
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        setHeaders(response, streamHeaders);
        if (chunks) {
            HttpUtil.setTransferEncodingChunked(response, true);
        } else {
            // HTTP/1.0 knows no chunks: the end of the connection is the end of the answer.
            HttpUtil.setKeepAlive(response, false);
        }
        context.writeAndFlush(response);
        return new Chunks();
    }

    private void beginAnswer() {
        if (!answering.compareAndSet(false, true)) {
            throw new IllegalStateException("answered twice: " + method + " " + path);
        }
    }

    private void setHeaders(HttpResponse response, Map<String, String> values) {
        HttpHeaders target = response.headers();
        commonHeaders.forEach(target::set);
        values.forEach(target::set);
        HttpUtil.setKeepAlive(response, keepAlive);
    }

    private void finish(ChannelFuture written) {
        written.addListener(future -> {
            if (future.isSuccess()) {
                whenAnswered.run();
            } else {
                context.close();
            }
        });
    }

    /** The pieces of a chunked answer. */
    private final class Chunks implements HttpStream {
        @Override
        public void write(byte[] piece, Runnable whenWritten) {
            context.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(piece)))
                    .addListener(future -> {
                        if (future.isSuccess()) {
                            whenWritten.run();
                        }
                    });
        }

        @Override
        public void end() {
            ChannelFuture written = context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
            if (chunks) {
                finish(written);
            } else {
                written.addListener(ignored -> context.close());
            }
        }

        @Override
        public void onGone(Runnable action) {
            context.executor().execute(() -> {
                if (clientGone) {
                    action.run();
                } else {
                    onGone = action;
                }
            });
        }
    }
}
