package io.leasehold.server.front;

import io.leasehold.protocol.ReadsClock;
import io.leasehold.server.logging.LineLimit;
import java.net.SocketAddress;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells in the log, in etcd's words, which clients TLS did not let in, within a {@link LineLimit}: a client tries again and
 * again, and anybody can send nonsense. Any thread.
 */
@ReadsClock("lines are counted against time")
final class RejectedConnections {
    private static final Logger LOG = LoggerFactory.getLogger(RejectedConnections.class);
    private final LineLimit lines = new LineLimit(System.nanoTime());

    /** Somebody was not let in. */
    void tell(@Nullable SocketAddress remote, Throwable why) {
        OptionalLong notTold = lines.admit(System.nanoTime());
        if (notTold.isEmpty()) {
            return;
        }
        LOG.atWarn()
                .addKeyValue("remote-addr", String.valueOf(remote))
                .addKeyValue("error", String.valueOf(why.getMessage()))
                .addKeyValue("not-told-before", notTold.getAsLong())
                .log("rejected connection on client endpoint");
    }
}
