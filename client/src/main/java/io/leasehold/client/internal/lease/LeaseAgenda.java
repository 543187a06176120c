package io.leasehold.client.internal.lease;

import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.internal.time.Timeline;
import io.leasehold.client.lease.LossReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When something is to be done about which lease: one queue by time, and one timer armed for its head. A turn looks at the
 * leases whose time has come, in this order for each: is it over, must its holder be warned, is an answer overdue, is it to
 * be renewed.
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
    private final LeaseQueue queue = new LeaseQueue();
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
        queue.remove(lease);
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
        boolean stalled = false;
        for (KeptLease lease = queue.first(); lease != null && isTime(lease, now); lease = queue.first()) {
            if (lease.isKnown() && now - lease.validUntilNanos >= 0) {
                engine.lose(lease, LossReason.LOCAL_DEADLINE);
                continue;
            }
            if (lease.isKnown() && !lease.warned && now - warningNanos(lease) >= 0) {
                lease.warned = true;
                engine.suspect(lease);
                Duration left = Duration.ofNanos(lease.validUntilNanos - now);
                lease.handles.forEach(handle -> handle.expiring(left));
            }
            if (lease.outstanding && now - line.answerDueNanos(lease) >= 0) {
                // The stream is given up after this round, and what else is outstanding becomes due with it.
                stalled = true;
                lease.outstanding = false;
                line.due(lease);
            } else if (lease.isKnown()
                    && !lease.outstanding
                    && !lease.due
                    && now + TOGETHER_NANOS - lease.renewAtNanos >= 0) {
                line.due(lease);
            }
            place(lease);
        }
        if (stalled) {
            line.stalled();
        }
        line.send();
        arm();
    }

    private static boolean isTime(KeptLease lease, long now) {
        boolean renewalNext =
                lease.isKnown() && !lease.outstanding && !lease.due && lease.wakeNanos == lease.renewAtNanos;
        return now + (renewalNext ? TOGETHER_NANOS : 0) - lease.wakeNanos >= 0;
    }

    /** Puts the lease into the queue for the earliest of what is to come. */
    void place(KeptLease lease) {
        if (!lease.isKnown()) {
            // Of its time nothing is known, so that only an answer can be overdue.
            if (lease.outstanding) {
                queue.place(lease, line.answerDueNanos(lease));
            } else {
                queue.remove(lease);
            }
            return;
        }
        long wake = lease.validUntilNanos;
        if (!lease.warned) {
            wake = earlier(wake, warningNanos(lease));
        }
        if (lease.outstanding) {
            wake = earlier(wake, line.answerDueNanos(lease));
        } else if (!lease.due) {
            wake = earlier(wake, lease.renewAtNanos);
        }
        queue.place(lease, wake);
    }

    private static long warningNanos(KeptLease lease) {
        return lease.countedFromNanos + RenewalTimes.warning(lease.ttlNanos);
    }

    private static long earlier(long a, long b) {
        return a - b < 0 ? a : b;
    }

    /** Arms the timer for what comes first. */
    void arm() {
        KeptLease first = queue.first();
        if (closed || (first == null && !line.hasMore())) {
            return;
        }
        long at = first == null ? line.resumeAtNanos() : first.wakeNanos;
        if (line.hasMore()) {
            at = earlier(at, line.resumeAtNanos());
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
        if (late < LATE_NANOS_MIN) {
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
}
