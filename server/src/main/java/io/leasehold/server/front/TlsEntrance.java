package io.leasehold.server.front;

import io.leasehold.server.tls.ClientCertificate;
import io.leasehold.server.tls.TlsContexts;
import io.leasehold.server.tls.TlsFailed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.AttributeKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first handler of a connection to a TLS listener: begins TLS if the client does, tells it plainly what is wrong if it
 * does not, and lets the connection in when its certificate is not revoked.
 *
 * <pre>
 *   WAITING ──TLS record──► handshake ──done, not revoked──► the handler behind is added
 *      │                       └──failed, or revoked──► closed
 *      └──anything else──► answered in its own words, closed; or let in, where the address is one for both
 * </pre>
 */
// A close or write that fails has closed the channel, and there is nothing else to do about it.
@SuppressWarnings("FutureReturnValueIgnored")
final class TlsEntrance extends FirstBytes {
    /** What the client has shown, on the connection's channel, once TLS stands. */
    static final AttributeKey<ClientCertificate> CERTIFICATE = AttributeKey.valueOf("leasehold-client-certificate");

    private static final Logger LOG = LoggerFactory.getLogger(TlsEntrance.class);

    /** etcd's; bounds the wait for the first byte too. */
    private static final long HANDSHAKE_SECONDS = 10;

    private static final int HANDSHAKE_RECORD = 0x16;

    /** Enough to tell HTTP/2 from HTTP/1: its preface begins with a method nobody else has. */
    private static final byte[] HTTP2_BEGINNING = "PRI ".getBytes(StandardCharsets.US_ASCII);

    private static final String WRONG_PROTOCOL = "Client sent an HTTP request to an HTTPS server.";

    private final TlsContexts contexts;
    private final Executor handshakes;
    private final ChannelHandler behind;
    private final boolean plainToo;
    private final RejectedConnections rejected;

    /**
     * Guards one connection.
     *
     * @param handshakes runs the arithmetic of handshakes, so that many of them do not hold up running connections
     * @param behind is added once the client is let in
     * @param plainToo whether a client that does not begin TLS is let in as well
     */
    TlsEntrance(
            TlsContexts contexts,
            Executor handshakes,
            ChannelHandler behind,
            boolean plainToo,
            RejectedConnections rejected) {
        super(HANDSHAKE_SECONDS);
        this.plainToo = plainToo;
        this.rejected = rejected;
        this.contexts = contexts;
        this.handshakes = handshakes;
        this.behind = behind;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (in.getUnsignedByte(in.readerIndex()) == HANDSHAKE_RECORD) {
            begin(context);
        } else if (plainToo) {
            context.pipeline().addAfter(context.name(), "entrance", behind);
            context.pipeline().remove(this);
        } else if (in.readableBytes() >= HTTP2_BEGINNING.length) {
            refuse(context, in);
        }
    }

    private void begin(ChannelHandlerContext context) {
        SslHandler tls;
        try {
            tls = contexts.next().newHandler(context.alloc(), handshakes);
        } catch (TlsFailed unusable) {
            LOG.error("no TLS connection can be taken: {}", unusable.getMessage());
            context.close();
            return;
        }
        tls.setHandshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS);
        context.pipeline().addAfter(context.name(), "tls", tls);
        context.pipeline().addAfter("tls", "tls-end", new HandshakeEnd());
        context.pipeline().remove(this);
    }

    private static void refuse(ChannelHandlerContext context, ByteBuf in) {
        boolean http2 = true;
        for (int at = 0; at < HTTP2_BEGINNING.length; at++) {
            http2 &= in.getByte(in.readerIndex() + at) == HTTP2_BEGINNING[at];
        }
        in.skipBytes(in.readableBytes());
        ByteBuf answer = http2
                ? Http2Bytes.settingsAndGoAway("this port speaks TLS: connect with https")
                : Unpooled.copiedBuffer(
                        "HTTP/1.0 400 Bad Request\r\n\r\n" + WRONG_PROTOCOL + "\n", StandardCharsets.US_ASCII);
        context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    /** Waits behind TLS for the end of the handshake. */
    private final class HandshakeEnd extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
            if (event instanceof SslHandshakeCompletionEvent end) {
                if (end.isSuccess()) {
                    letIn(context);
                } else {
                    rejected.tell(context.channel().remoteAddress(), end.cause());
                    context.close();
                }
            }
            super.userEventTriggered(context, event);
        }

        private void letIn(ChannelHandlerContext context) {
            SSLSession session =
                    context.pipeline().get(SslHandler.class).engine().getSession();
            try {
                if (contexts.isRevoked(session)) {
                    LOG.warn(
                            "a client's certificate is revoked, remote={}",
                            context.channel().remoteAddress());
                    context.close();
                    return;
                }
            } catch (TlsFailed unreadable) {
                LOG.error("nobody can be let in: {}", unreadable.getMessage());
                context.close();
                return;
            }
            ClientCertificate.of(session)
                    .ifPresent(
                            certificate -> context.channel().attr(CERTIFICATE).set(certificate));
            context.pipeline().addAfter(context.name(), "entrance", behind);
            context.pipeline().remove(this);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
