package io.leasehold.server.front;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a connection's first bytes and decides: HTTP/2 that speaks gRPC goes to grpc-java, all else is HTTP of either
 * version. The bytes are kept and go to whichever handlers come behind. TLS stands in front of this handler, which sees
 * plain bytes.
 *
 * <pre>
 *   SNIFFING ──preface──► LOOKING ──gRPC, or nothing for a second──► HANDING_OVER ──grpc-java is in──► removed
 *      │                     └──another request──► HTTP/2 handlers added ───────────────────────────► removed
 *      ├──anything else──► HTTP/1.1 handlers added ─────────────────────────────────────────────────► removed
 *      └──nothing decided in time──► closed
 * </pre>
 *
 * <p>A client that waits for the server's settings before its first request gets them here; grpc-java sends its own once
 * more, which HTTP/2 allows.
 */
// A close or write that fails has closed the channel, and there is nothing else to do about it.
@SuppressWarnings("FutureReturnValueIgnored")
final class ProtocolSniffer extends FirstBytes {
    /** A client speaks at once; one that holds a connection open without a word only costs memory. */
    private static final long DECISION_SECONDS = 10;

    /**
     * An HTTP/2 client without a request so far is one of gRPC that connects in advance; grpc-java must have it soon, to
     * answer its pings.
     */
    private static final long FIRST_REQUEST_MILLIS = 1_000;

    private final @Nullable GrpcHandoff grpc;
    private final HttpPipeline http;
    private final int maxConcurrentStreams;
    private final HeaderTrace trace;
    private boolean settingsSent;
    private boolean handingOver;

    /**
     * Sorts one connection.
     *
     * @param grpc null on a listener without gRPC
     * @param maxConcurrentStreams what an HTTP/2 client is told
     * @param trace told of the first request's headers
     */
    ProtocolSniffer(@Nullable GrpcHandoff grpc, HttpPipeline http, int maxConcurrentStreams, HeaderTrace trace) {
        super(DECISION_SECONDS);
        this.grpc = grpc;
        this.http = http;
        this.maxConcurrentStreams = maxConcurrentStreams;
        this.trace = trace;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (handingOver) {
            return;
        }
        int known = Math.min(in.readableBytes(), Http2Bytes.PREFACE.length);
        if (!startsLikePreface(in, known)) {
            http.addTo(context.pipeline());
            context.pipeline().remove(this);
        } else if (known == Http2Bytes.PREFACE.length) {
            look(context, in);
        }
    }

    private void look(ChannelHandlerContext context, ByteBuf in) {
        GrpcHandoff handoff = grpc;
        if (handoff == null) {
            serveHttp2(context);
            return;
        }
        switch (FirstRequest.of(in, trace)) {
            case GRPC -> handOver(context, handoff);
            case OTHER -> serveHttp2(context);
            case WAITS -> sendSettings(context, handoff);
            case INCOMPLETE -> {}
        }
    }

    private void serveHttp2(ChannelHandlerContext context) {
        http.addHttp2To(context.pipeline(), maxConcurrentStreams);
        context.pipeline().remove(this);
    }

    private void sendSettings(ChannelHandlerContext context, GrpcHandoff handoff) {
        if (settingsSent) {
            return;
        }
        settingsSent = true;
        context.writeAndFlush(Http2Bytes.settings(maxConcurrentStreams));
        atDeadlineInstead(context, () -> handOver(context, handoff), FIRST_REQUEST_MILLIS);
    }

    private void handOver(ChannelHandlerContext context, GrpcHandoff handoff) {
        if (handingOver || context.isRemoved()) {
            return;
        }
        handingOver = true;
        cancelDeadline();
        // What was read is kept; more would pile up in this handler's buffer meanwhile.
        context.channel().config().setAutoRead(false);
        handoff.accept(context.channel(), () -> {
            if (context.isRemoved()) {
                return;
            }
            context.pipeline().remove(this);
            context.channel().config().setAutoRead(true);
        });
    }

    private static boolean startsLikePreface(ByteBuf in, int length) {
        for (int at = 0; at < length; at++) {
            if (in.getByte(in.readerIndex() + at) != Http2Bytes.PREFACE[at]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A connection reset before it said anything: of no interest to anyone.
        context.close();
    }
}
