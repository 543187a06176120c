package io.leasehold.client.internal.lease;

import io.grpc.Status;
import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.internal.rpc.Endpoint;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When the stream of renewals is opened anew after it was lost, and where it is not: an outage lasts from the first loss to
 * the next answer, with growing pauses between the attempts. On the client's thread.
 */
final class Reopening {
    private static final Logger LOG = LoggerFactory.getLogger(Reopening.class);

    private static final long PAUSE_NANOS_MIN = 100_000_000L;
    private static final long PAUSE_NANOS_MAX = 5_000_000_000L;

    /** At a sixth of the TTL for a first answer, a further doubling would be longer than the lease. */
    private static final int SILENCES_COUNTED_MAX = 2;

    private final KeepAliveEngine engine;
    private final Caller caller;
    private @Nullable Endpoint avoided;
    private boolean planned;
    private boolean outage;
    private int attempts;

    /** Streams that were given up for their silence since the last answer. */
    private int silences;

    /** How long the last answer took. */
    private long roundTripNanos;

    Reopening(KeepAliveEngine engine, Caller caller) {
        this.engine = engine;
        this.caller = caller;
    }

    /** Whether it is to be opened at a time to come, and not before. */
    boolean isPlanned() {
        return planned;
    }

    /**
     * How long an answer may take where this would do on a quick network. A network that is slower than that would have every
     * stream given up, and its answers never heard: each silence in a row doubles the time, and then what is usual counts.
     */
    long patience(long quickNanos) {
        // A last answer that took longer than that is no measure: the process may have stood still meanwhile.
        long usualNanos = Math.min(roundTripNanos + roundTripNanos / 2, RenewalTimes.ANSWER_LIMIT_MAX);
        return Math.max(quickNanos << Math.min(silences, SILENCES_COUNTED_MAX), usualNanos);
    }

    /** A stream was given up for its silence. */
    void wasSilent() {
        silences++;
    }

    /** A renewal was answered after so long. */
    void answeredAfter(long nanos) {
        roundTripNanos = nanos;
    }

    /** Where the next stream goes. */
    Endpoint pick() {
        return caller.pick(avoided);
    }

    /** A stream answers. */
    void answered() {
        if (outage) {
            LOG.info("keepalive stream answers again");
        }
        outage = false;
        attempts = 0;
        silences = 0;
        avoided = null;
    }

    /** The stream to this endpoint is lost; all leases are told so once in each outage. */
    void lost(Endpoint endpoint, Status status) {
        avoided = endpoint;
        if (!outage) {
            outage = true;
            LOG.info("keepalive stream lost why={}", status.getDescription());
            engine.outage(status);
        }
    }

    /** Runs this after a pause by chance. */
    void plan(Runnable open) {
        planned = true;
        long most = Math.min(PAUSE_NANOS_MIN << Math.min(attempts++, 10), pauseLimit());
        caller.timeline().after(caller.random().nextLong(most), () -> {
            planned = false;
            open.run();
        });
    }

    /** Several attempts must fit into what the lease that ends first still has. */
    private long pauseLimit() {
        long now = caller.timeline().nanos();
        long limit = PAUSE_NANOS_MAX;
        for (KeptLease lease : engine.kept()) {
            if (lease.isKnown() && !lease.probed) {
                limit = Math.min(limit, Math.min(lease.ttlNanos / 6, (lease.validUntilNanos - now) / 4));
            }
        }
        return Math.max(limit, PAUSE_NANOS_MIN);
    }
}
