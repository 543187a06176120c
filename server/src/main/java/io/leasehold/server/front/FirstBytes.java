package io.leasehold.server.front;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides about a connection by its first bytes, and leaves the pipeline then. A client that sends nothing to decide by costs
 * memory only, and is closed after a while. Used by the connection's event loop alone.
 */
// A close that fails has closed the channel, and there is nothing else to do about it.
@SuppressWarnings("FutureReturnValueIgnored")
abstract class FirstBytes extends ByteToMessageDecoder {
    private final long limitSeconds;
    private @Nullable ScheduledFuture<?> deadline;

    /** Waits so long for a decision, counted from when this handler is added. */
    FirstBytes(long limitSeconds) {
        this.limitSeconds = limitSeconds;
    }

    @Override
    public final void handlerAdded(ChannelHandlerContext context) {
        deadline = context.executor().schedule(() -> context.close(), limitSeconds, TimeUnit.SECONDS);
    }

    @Override
    protected final void handlerRemoved0(ChannelHandlerContext context) {
        cancelDeadline();
    }

    @Override
    public final void channelInactive(ChannelHandlerContext context) throws Exception {
        cancelDeadline();
        super.channelInactive(context);
    }

    /** At the deadline, which is another one from now on, this happens and the connection stays open. */
    final void atDeadlineInstead(ChannelHandlerContext context, Runnable decision, long millis) {
        cancelDeadline();
        deadline = context.executor().schedule(decision, millis, TimeUnit.MILLISECONDS);
    }

    /** The decision has been made. */
    final void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
