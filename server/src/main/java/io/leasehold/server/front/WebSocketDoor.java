package io.leasehold.server.front;

import io.leasehold.server.http.MessageEndpoint;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns an HTTP/1.1 connection into a conversation by WebSocket (RFC 6455), and carries its messages. Runs on the
 * connection's loop.
 */
// A close or write that fails has closed the channel, and there is nothing else to do about it.
@SuppressWarnings("FutureReturnValueIgnored")
final class WebSocketDoor extends ChannelInboundHandlerAdapter {
    /** Browsers cannot set headers here, so that a token comes as what follows this in the list of protocols, as in etcd. */
    private static final String TOKEN_PROTOCOL = "Bearer";

    private MessageEndpoint.@Nullable Listener listener;

    private WebSocketDoor() {}

    /** Whether a request asks for it. */
    static boolean isAskedFor(FullHttpRequest request) {
        return request.method().equals(HttpMethod.GET)
                && request.headers().containsValue(HttpHeaderNames.UPGRADE, "websocket", true);
    }

    /** The token among the protocols a request offers. */
    static Optional<String> token(FullHttpRequest request) {
        String[] offered = request.headers()
                .get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, "")
                .split(",", -1);
        return offered.length == 2 && offered[0].strip().equals(TOKEN_PROTOCOL)
                ? Optional.of(offered[1].strip())
                : Optional.empty();
    }

    /**
     * Opens the conversation in place of the HTTP handler of the context.
     *
     * @param maxMessageBytes a longer message ends the connection
     */
    static void open(
            ChannelHandlerContext http,
            FullHttpRequest request,
            NettyHttpCall call,
            MessageEndpoint endpoint,
            int maxMessageBytes) {
        String host = request.headers().get(HttpHeaderNames.HOST, "");
        WebSocketServerHandshaker handshaker = new WebSocketServerHandshakerFactory(
                        "ws://" + host + request.uri(), TOKEN_PROTOCOL, false, maxMessageBytes)
                .newHandshaker(request);
        if (handshaker == null) {
            WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(http.channel());
            return;
        }
        WebSocketDoor door = new WebSocketDoor();
        http.pipeline().addAfter(http.name(), "conversation", door);
        http.pipeline().addBefore("conversation", "whole-messages", new WebSocketFrameAggregator(maxMessageBytes));
        handshaker.handshake(http.channel(), request).addListener(done -> {
            if (!done.isSuccess()) {
                http.close();
                return;
            }
            ChannelHandlerContext context = http.pipeline().context(door);
            http.pipeline().remove(http.handler());
            if (context != null) {
                door.listener = endpoint.converse(call, new Outbound(context));
                context.channel().config().setAutoRead(true);
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        MessageEndpoint.Listener told = listener;
        try {
            if (message instanceof TextWebSocketFrame text && told != null) {
                told.onMessage(text.text());
            } else if (message instanceof PingWebSocketFrame ping) {
                context.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
            } else if (message instanceof CloseWebSocketFrame) {
                context.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE))
                        .addListener(closed -> context.close());
            } else if (!(message instanceof WebSocketFrame)) {
                context.close();
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        if (listener != null) {
            listener.onGone();
        }
        super.channelInactive(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    /** What the server says. */
    private record Outbound(ChannelHandlerContext context) implements MessageEndpoint.Conversation {
        @Override
        public void write(byte[] piece, Runnable whenWritten) {
            context.writeAndFlush(new TextWebSocketFrame(Unpooled.wrappedBuffer(piece)))
                    .addListener(written -> {
                        if (written.isSuccess()) {
                            whenWritten.run();
                        }
                    });
        }

        @Override
        public void end() {
            context.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE))
                    .addListener(closed -> context.close());
        }

        @Override
        public void onGone(Runnable action) {
            context.channel().closeFuture().addListener(closed -> action.run());
        }

        @Override
        public void listen(boolean on) {
            context.executor().execute(() -> context.channel().config().setAutoRead(on));
        }
    }
}
