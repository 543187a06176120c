package io.leasehold.server.front;

import io.leasehold.protocol.ReadsClock;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells in the log, in etcd's words, which clients TLS did not let in. A client tries again and again, and anybody can
 * send nonsense, so there is at most a line a second. Any thread.
 */
@ReadsClock("lines are counted against time")
final class RejectedConnections {
    private static final Logger LOG = LoggerFactory.getLogger(RejectedConnections.class);
    private static final long LINE_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private long lastLineNanos = System.nanoTime() - LINE_INTERVAL_NANOS;
    private long unsaid;

    /** Somebody was not let in. */
    void tell(@Nullable SocketAddress remote, Throwable why) {
        long left;
        synchronized (this) {
            long nowNanos = System.nanoTime();
            if (nowNanos - lastLineNanos < LINE_INTERVAL_NANOS) {
                unsaid++;
                return;
            }
            lastLineNanos = nowNanos;
            left = unsaid;
            unsaid = 0;
        }
        LOG.atWarn()
                .addKeyValue("remote-addr", String.valueOf(remote))
                .addKeyValue("error", String.valueOf(why.getMessage()))
                .addKeyValue("not-told-before", left)
                .log("rejected connection on client endpoint");
    }
}
