package io.leasehold.client.internal.lease;

import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.internal.time.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When something is to be done about which lease: a wheel of all leases by time, and one timer armed for what comes first. A
 * turn looks at the leases whose time has come, in this order for each: is it over, must its holder be warned, is its answer
 * overdue, is it to be renewed.
 *
 * <p>On the client's thread.
 */
final class LeaseAgenda {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseAgenda.class);

    /** A turn that is later than this is a sign that the process stood still; shorter than any lease can be. */
    static final long LATE_NANOS_MIN = 300_000_000L;

    private final KeepAliveEngine engine;
    private final RenewalLine line;
    private final Timeline timeline;
    private final KeepAliveStatistics statistics;
    private final LeaseWheel wheel;

    /** Those that the present turn looks at. */
    private final List<KeptLease> looks = new ArrayList<>();

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
        this.wheel = new LeaseWheel(timeline.nanos());
    }

    /** There is nothing more to be done about it. */
    void remove(KeptLease lease) {
        wheel.remove(lease);
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
                looks.forEach(lease -> wheel.ask(lease, timerAtNanos));
            }
            looks.clear();
        }
    }

    private void look() {
        long now = engine.nowNanos();
        noticePause(now);
        timer = null;
        wheel.take(now, looks);
        boolean silent = false;
        for (KeptLease lease : looks) {
            if (!lease.isOver()) {
                attend(lease, now);
                silent |= noticeSilence(lease, now);
            }
        }
        if (silent) {
            line.stalled();
        }
        line.send();
        // Not before: where those that have been sent are looked at next is known only now.
        for (KeptLease lease : looks) {
            if (!lease.isOver()) {
                place(lease);
            }
        }
        arm();
    }

    /** Ends it, warns its holder or renews it if it is time for that. Those of a slot are renewed together. */
    private void attend(KeptLease lease, long now) {
        if (lease.isKnown() && !lease.probed) {
            if (now - lease.validUntilNanos >= 0) {
                engine.expire(lease);
                return;
            }
            if (!lease.warned && now - warningNanos(lease) >= 0) {
                lease.warned = true;
                engine.suspect(lease);
                Duration left = Duration.ofNanos(lease.validUntilNanos - now);
                lease.handles.forEach(handle -> handle.expiring(left));
            }
        }
        if (isToRenew(lease) && now + LeaseWheel.SLOT_NANOS - lease.renewAtNanos >= 0) {
            line.due(lease);
        }
    }

    /**
     * Makes the lease due again when its answer is overdue, and says whether it is: the stream is to be given up then.
     * Answers to others may have come meanwhile, which gives those that are waited for more time.
     */
    private boolean noticeSilence(KeptLease lease, long now) {
        if (!lease.outstanding || now - line.answerDueNanos(lease) < 0) {
            return false;
        }
        lease.outstanding = false;
        line.due(lease);
        return true;
    }

    /** Sees to it that the lease is looked at when the earliest of what is to come for it is due. */
    void place(KeptLease lease) {
        if (lease.outstanding) {
            wheel.ask(lease, line.answerDueNanos(lease));
        } else if (isToRenew(lease)) {
            wheel.ask(lease, lease.renewAtNanos);
        }
        if (!lease.isKnown()) {
            return;
        }
        ttlNanosMin = Math.min(ttlNanosMin, lease.ttlNanos);
        if (!lease.probed) {
            wheel.ask(lease, lease.warned ? lease.validUntilNanos : warningNanos(lease));
        }
    }

    private static boolean isToRenew(KeptLease lease) {
        return lease.isKnown() && !lease.outstanding && !lease.due;
    }

    private static long warningNanos(KeptLease lease) {
        return lease.countedFromNanos + RenewalTimes.warning(lease.ttlNanos);
    }

    /** Arms the timer for what comes first. */
    void arm() {
        boolean more = line.hasMore();
        if (closed || (wheel.isEmpty() && !more)) {
            return;
        }
        long at = wheel.isEmpty() ? line.resumeAtNanos() : wheel.firstNanos();
        if (more && line.resumeAtNanos() - at < 0) {
            at = line.resumeAtNanos();
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
}
