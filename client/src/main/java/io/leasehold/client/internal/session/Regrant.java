package io.leasehold.client.internal.session;

import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.internal.time.Timeline;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.lease.Leases;
import io.leasehold.client.session.SessionOptions;
import io.leasehold.protocol.ByteSequence;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gets a session a new lease with its keys on it, and tries until that is done. On the client's thread. */
final class Regrant {
    private static final Logger LOG = LoggerFactory.getLogger(Regrant.class);
    private static final long PAUSE_NANOS_MIN = 200_000_000L;
    private static final long PAUSE_NANOS_MAX = 5_000_000_000L;

    private final Timeline timeline;
    private final Leases leases;
    private final Kv kv;
    private final SessionOptions options;
    private final BooleanSupplier over;
    private final BiConsumer<LeaseGrant, EpochKey> done;

    /** {@code over}: the session has ended, no more attempts are made; {@code done} is told the new lease. */
    Regrant(
            Timeline timeline,
            Leases leases,
            Kv kv,
            SessionOptions options,
            BooleanSupplier over,
            BiConsumer<LeaseGrant, EpochKey> done) {
        this.timeline = timeline;
        this.leases = leases;
        this.kv = kv;
        this.options = options;
        this.over = over;
        this.done = done;
    }

    /** The lease of this id is lost, on which these keys were. */
    void begin(long lostId, Map<ByteSequence, ByteSequence> attached) {
        attempt(lostId, attached, PAUSE_NANOS_MIN);
    }

    private void attempt(long lostId, Map<ByteSequence, ByteSequence> attached, long pauseNanos) {
        if (over.getAsBoolean()) {
            return;
        }
        CompletableFuture<LeaseGrant> granted = leases.grant(options.ttl());
        CompletableFuture<EpochKey> claimed =
                granted.thenCompose(grant -> Reattachment.of(kv, attached, lostId, grant.id())
                        .thenCompose(all -> EpochKey.claim(kv, options, grant.id())));
        Futures.onEnd(
                claimed,
                (epoch, failed) -> timeline.execute(() -> {
                    if (epoch != null) {
                        done.accept(granted.join(), epoch);
                        return;
                    }
                    LOG.warn("session cannot get a new lease, goes on trying why={}", String.valueOf(failed));
                    Runnable again = () -> attempt(lostId, attached, next(pauseNanos));
                    if (granted.isCompletedExceptionally()) {
                        timeline.after(pauseNanos, again);
                    } else {
                        takeBack(granted.join().id(), pauseNanos, again);
                    }
                }));
    }

    /**
     * Ends the lease of an attempt that has failed, also when nobody wants another one. Keys may be on it all the same, which
     * the next attempt would leave there as somebody else's: they go with the lease, and are put again.
     */
    private void takeBack(long leaseId, long pauseNanos, Runnable then) {
        Futures.onEnd(
                leases.revoke(leaseId),
                (revoked, failed) -> timeline.after(
                        pauseNanos, revoked != null ? then : () -> takeBack(leaseId, next(pauseNanos), then)));
    }

    private static long next(long pauseNanos) {
        return Math.min(pauseNanos * 2, PAUSE_NANOS_MAX);
    }
}
