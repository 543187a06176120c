package io.leasehold.client.internal.lease;

import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.internal.time.Timeline;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When something is to be done about which lease: a queue of all leases by time, a small one of those whose answers are
 * waited for, and one timer armed for what comes first. A turn looks at the leases whose time has come, in this order for
 * each: is it over, must its holder be warned, is it to be renewed; then at answers that are overdue.
 *
 * <p>On the client's thread.
 */
final class LeaseAgenda {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseAgenda.class);

    /** Renewals due this soon are sent now, together: a turn costs more than a renewal. */
    private static final long TOGETHER_NANOS = 25_000_000L;

    /** A turn that is later than this is a sign that the process stood still; shorter than any lease can be. */
    static final long LATE_NANOS_MIN = 300_000_000L;

    private final KeepAliveEngine engine;
    private final RenewalLine line;
    private final Timeline timeline;
    private final KeepAliveStatistics statistics;
    private final LeaseQueue all = new All();

    /**
     * Apart from all others, as most answers come at once: going into a queue of some hundreds and out of it costs little,
     * and in the large one the lease moves only from one renewal to the next.
     */
    private final LeaseQueue asked = new Asked();

    /** No lease here has a shorter TTL; it may be too short when leases have gone. */
    private long ttlNanosMin = Long.MAX_VALUE;

    private Timeline.@Nullable Timer timer;
    private long timerAtNanos;
    private boolean closed;

    LeaseAgenda(KeepAliveEngine engine, RenewalLine line, Caller caller, KeepAliveStatistics statistics) {
        this.engine = engine;
        this.line = line;
        this.timeline = caller.timeline();
        this.statistics = statistics;
    }

    /** There is nothing more to be done about it. */
    void remove(KeptLease lease) {
        all.remove(lease);
        asked.remove(lease);
    }

    /** Nothing is done any more. */
    void close() {
        closed = true;
    }

    /** A turn that fails is a bug, which must not end the keeping of leases: there is another a little later. */
    private void turn() {
        boolean done = false;
        try {
            look();
            done = true;
        } finally {
            if (!done) {
                timerAtNanos = timeline.nanos() + LATE_NANOS_MIN;
                timer = timeline.after(LATE_NANOS_MIN, this::turn);
            }
        }
    }

    /** One look at all whose time has come. */
    private void look() {
        long now = engine.nowNanos();
        noticePause(now);
        timer = null;
        for (KeptLease lease = all.first(); lease != null && isTime(lease, now); lease = all.first()) {
            if (!lease.probed && now - lease.validUntilNanos >= 0) {
                engine.expire(lease);
                continue;
            }
            if (!lease.warned && !lease.probed && now - warningNanos(lease) >= 0) {
                lease.warned = true;
                engine.suspect(lease);
                Duration left = Duration.ofNanos(lease.validUntilNanos - now);
                lease.handles.forEach(handle -> handle.expiring(left));
            }
            if (!lease.outstanding && !lease.due && now + TOGETHER_NANOS - lease.renewAtNanos >= 0) {
                line.due(lease);
            }
            place(lease);
        }
        if (noticeSilence(now)) {
            line.stalled();
        }
        line.send();
        arm();
    }

    /** Whether it is time for the first lease of all; renewals may be a little early. */
    private boolean isTime(KeptLease first, long now) {
        long at = all.firstNanos();
        boolean renewalNext = !first.outstanding && !first.due && at == first.renewAtNanos;
        return now + (renewalNext ? TOGETHER_NANOS : 0) - at >= 0;
    }

    /**
     * Makes those due again whose answer is overdue, and says whether there were any: the stream is to be given up then.
     * Answers to others may have come meanwhile, which gives those that are waited for more time.
     */
    private boolean noticeSilence(long now) {
        boolean silent = false;
        for (KeptLease lease = asked.first(); lease != null && now - asked.firstNanos() >= 0; lease = asked.first()) {
            if (now - line.answerDueNanos(lease) >= 0) {
                silent = true;
                lease.outstanding = false;
                line.due(lease);
            }
            place(lease);
        }
        return silent;
    }

    /** Puts the lease into the queues for the earliest of what is to come. */
    void place(KeptLease lease) {
        if (lease.outstanding) {
            asked.place(lease, line.answerDueNanos(lease));
        } else {
            asked.remove(lease);
        }
        if (!lease.isKnown()) {
            // Of its time nothing is known, so that only an answer can be overdue.
            return;
        }
        ttlNanosMin = Math.min(ttlNanosMin, lease.ttlNanos);
        boolean toRenew = !lease.outstanding && !lease.due;
        if (lease.probed) {
            if (toRenew) {
                all.place(lease, lease.renewAtNanos);
            } else {
                all.remove(lease);
            }
            return;
        }
        long wake = lease.validUntilNanos;
        if (!lease.warned) {
            wake = earlier(wake, warningNanos(lease));
        }
        if (toRenew) {
            wake = earlier(wake, lease.renewAtNanos);
        }
        all.place(lease, wake);
    }

    private static long warningNanos(KeptLease lease) {
        return lease.countedFromNanos + RenewalTimes.warning(lease.ttlNanos);
    }

    private static long earlier(long a, long b) {
        return a - b < 0 ? a : b;
    }

    /** Arms the timer for what comes first. */
    void arm() {
        boolean more = line.hasMore();
        if (closed || (all.first() == null && asked.first() == null && !more)) {
            return;
        }
        long at = more ? line.resumeAtNanos() : all.first() != null ? all.firstNanos() : asked.firstNanos();
        if (all.first() != null) {
            at = earlier(at, all.firstNanos());
        }
        if (asked.first() != null) {
            at = earlier(at, asked.firstNanos());
        }
        if (timer != null) {
            if (timerAtNanos - at <= 0) {
                return;
            }
            timer.cancel();
        }
        timerAtNanos = at;
        timer = timeline.after(at - timeline.nanos(), this::turn);
    }

    /** A turn that comes much too late: what was true of the leases need not be any more. */
    private void noticePause(long now) {
        long late = now - timerAtNanos;
        if (late < LATE_NANOS_MIN || late <= ttlNanosMin / 3) {
            return;
        }
        int doubted = 0;
        for (KeptLease lease : engine.kept()) {
            if (lease.isKnown() && late > lease.ttlNanos / 3) {
                lease.trusted = false;
                lease.renewAtNanos = now;
                engine.suspect(lease);
                place(lease);
                doubted++;
            }
        }
        if (doubted > 0) {
            statistics.paused();
            LOG.warn("the process stood still milliseconds={} leases={}", late / 1_000_000, doubted);
        }
    }

    /** All leases whose TTL is known, by when something is to be done for them. */
    private static final class All extends LeaseQueue {
        @Override
        int placeOf(KeptLease lease) {
            return lease.placeAmongAll;
        }

        @Override
        void moved(KeptLease lease, int place) {
            lease.placeAmongAll = place;
        }
    }

    /** The leases whose renewals are on their way, by when the answer is overdue. */
    private static final class Asked extends LeaseQueue {
        @Override
        int placeOf(KeptLease lease) {
            return lease.placeAmongAsked;
        }

        @Override
        void moved(KeptLease lease, int place) {
            lease.placeAmongAsked = place;
        }
    }
}
