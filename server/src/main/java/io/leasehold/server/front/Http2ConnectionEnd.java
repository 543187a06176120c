package io.leasehold.server.front;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The end of an HTTP/2 connection's pipeline: takes the frames that belong to no request, and closes the connection when
 * it has said nothing for long. Runs on the connection's loop.
 */
// A close that fails has closed the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class Http2ConnectionEnd extends ChannelInboundHandlerAdapter {
    /** As long as an HTTP/1.1 connection may wait for its next request; running requests do not end by it. */
    private static final long IDLE_SECONDS = 300;

    private @Nullable ScheduledFuture<?> check;
    private boolean active = true;

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        check = context.executor()
                .scheduleAtFixedRate(() -> closeIfIdle(context), IDLE_SECONDS, IDLE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        ReferenceCountUtil.release(frame);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        active = true;
        context.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        if (check != null) {
            check.cancel(false);
        }
        super.channelInactive(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    private void closeIfIdle(ChannelHandlerContext context) {
        Http2FrameCodec codec = context.pipeline().get(Http2FrameCodec.class);
        if (!active && (codec == null || codec.connection().numActiveStreams() == 0)) {
            context.close();
        }
        active = false;
    }
}
