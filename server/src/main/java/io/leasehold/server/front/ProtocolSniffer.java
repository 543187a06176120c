package io.leasehold.server.front;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a connection's first bytes and decides: the HTTP/2 preface goes to grpc-java, all else is HTTP/1.1. The bytes are
 * kept and go to whichever handlers come behind. TLS will stand in front of this handler, which then sees plain bytes too.
 *
 * <pre>
 *   SNIFFING ──preface──► HANDING_OVER ──grpc-java's handlers are in──► removed
 *      │  └──anything else──► HTTP/1.1 handlers added ────────────────► removed
 *      └──nothing decided in time──► closed
 * </pre>
 */
// A close or write that fails has closed the channel, and there is nothing else to do about it.
@SuppressWarnings("FutureReturnValueIgnored")
final class ProtocolSniffer extends ByteToMessageDecoder {
    private static final byte[] HTTP2_PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** A client speaks at once; one that holds a connection open without a word only costs memory. */
    private static final long DECISION_SECONDS = 10;

    private final GrpcHandoff grpc;
    private final HttpPipeline http;
    private boolean handingOver;
    private @Nullable ScheduledFuture<?> deadline;

    ProtocolSniffer(GrpcHandoff grpc, HttpPipeline http) {
        this.grpc = grpc;
        this.http = http;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        deadline = context.executor().schedule(() -> context.close(), DECISION_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        cancelDeadline();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        cancelDeadline();
        super.channelInactive(context);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (handingOver) {
            return;
        }
        int known = Math.min(in.readableBytes(), HTTP2_PREFACE.length);
        if (!startsLikePreface(in, known)) {
            http.addTo(context.pipeline());
            context.pipeline().remove(this);
        } else if (known == HTTP2_PREFACE.length) {
            handOver(context);
        }
    }

    private void handOver(ChannelHandlerContext context) {
        handingOver = true;
        cancelDeadline();
        // What was read is kept; more would pile up in this handler's buffer meanwhile.
        context.channel().config().setAutoRead(false);
        grpc.accept(context.channel(), () -> {
            if (context.isRemoved()) {
                return;
            }
            context.pipeline().remove(this);
            context.channel().config().setAutoRead(true);
        });
    }

    private static boolean startsLikePreface(ByteBuf in, int length) {
        for (int at = 0; at < length; at++) {
            if (in.getByte(in.readerIndex() + at) != HTTP2_PREFACE[at]) {
                return false;
            }
        }
        return true;
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A connection reset before it said anything: of no interest to anyone.
        context.close();
    }
}
