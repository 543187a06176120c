package io.leasehold.simulation;

import io.leasehold.server.replica.Renewal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** P1, P2 and P5 about every lease of a run, in true time: which answers were given, and when leases ended. */
final class LeasePromises {
    /** Clocks run at 0.99 to 1.01 of true time. */
    private static final double RATE_TOLERANCE = 0.989;

    /** P5: a renewal that came so long before the deadline is not too late. */
    private static final long FAIR_NANOS = 250 * Agenda.MILLI;

    /** P4: a lease that nobody renews is there for 1.4 TTL at most, by slow clocks. */
    private static final double LENGTH_AT_MOST = 1.42;

    private static final long NEVER = Long.MAX_VALUE;

    private final Agenda agenda;
    private final Consumer<Supplier<String>> trace;
    private final Map<Long, List<Life>> lives = new HashMap<>();
    private long acknowledged;
    private long denied;
    private long expired;

    /**
     * A renewal on its way.
     *
     * @param sentNanos when the client sent it
     * @param socketNanos when it reached the member's socket
     * @param readNanos when a thread read it there
     * @param fairlyRead whether in between there was nothing, or a stall that the lease clock does not count
     * @param term in which the member led when it read it, 0 if it did not
     */
    record Request(long id, long sentNanos, long socketNanos, long readNanos, boolean fairlyRead, long term) {}

    /** One incarnation of a lease; its times are true. */
    private static final class Life {
        final long id;
        final long grantIndex;
        final long ttlMillis;
        final long grantedNanos;
        long endedNanos = NEVER;
        long grantRepliedNanos = NEVER;
        long revokeRepliedNanos = NEVER;
        boolean endedByExpiry;
        long endedTerm;
        long renewedNanos;
        /** When a member read a renewal last. */
        long askedNanos;

        Life(long id, long grantIndex, long ttlMillis, long grantedNanos) {
            this.id = id;
            this.grantIndex = grantIndex;
            this.ttlMillis = ttlMillis;
            this.grantedNanos = grantedNanos;
        }

        long earliestEndNanos() {
            long lengthNanos = (long) (ttlMillis * Agenda.MILLI * RATE_TOLERANCE);
            return Math.max(grantedNanos, renewedNanos) + lengthNanos;
        }

        @Override
        public String toString() {
            return "lease " + id + " of entry " + grantIndex + " (" + ttlMillis + " ms, granted " + millis(grantedNanos)
                    + ", renewed " + millis(renewedNanos) + ", ended " + millis(endedNanos) + ")";
        }
    }

    LeasePromises(Agenda agenda, Consumer<Supplier<String>> trace) {
        this.agenda = agenda;
        this.trace = trace;
    }

    long acknowledged() {
        return acknowledged;
    }

    long denied() {
        return denied;
    }

    long expired() {
        return expired;
    }

    void granted(long id, long grantIndex, long ttlMillis) {
        lives.computeIfAbsent(id, any -> new ArrayList<>()).add(new Life(id, grantIndex, ttlMillis, agenda.nowNanos()));
    }

    /** A grant was answered. TTLs of an id differ from one incarnation to the next. */
    void grantReplied(long id, long ttlMillis) {
        newestWith(id, ttlMillis).grantRepliedNanos = agenda.nowNanos();
    }

    /** A revoke that was sent after {@code sentNanos} was answered: what was ended since then was ended before. */
    void revokeReplied(long id, long sentNanos) {
        for (Life life : lives.getOrDefault(id, List.of())) {
            if (life.endedNanos != NEVER && life.endedNanos >= sentNanos && life.revokeRepliedNanos == NEVER) {
                life.revokeRepliedNanos = agenda.nowNanos();
            }
        }
    }

    void ended(long id, long grantIndex, long term, boolean byExpiry) {
        Life life = lives.getOrDefault(id, List.of()).stream()
                // A lease can be granted, revoked and granted again in one entry.
                .filter(one -> one.grantIndex == grantIndex && one.endedNanos == NEVER)
                .findFirst()
                .orElseThrow(() -> new PromiseBroken("leases", id + " of " + grantIndex + " ended, never granted"));
        life.endedNanos = agenda.nowNanos();
        life.endedByExpiry = byExpiry;
        life.endedTerm = term;
        expired += byExpiry ? 1 : 0;
        requireNotEarly(life);
    }

    /** P4: whether some lease of those that live should have ended, had it all {@code graceNanos} since {@code sinceNanos}. */
    void requireEnded(long sinceNanos, long graceNanos) {
        for (List<Life> lived : lives.values()) {
            for (Life life : lived) {
                long lastNanos = Math.max(sinceNanos, Math.max(life.grantedNanos, life.askedNanos));
                long boundNanos = lastNanos + (long) (life.ttlMillis * Agenda.MILLI * LENGTH_AT_MOST) + graceNanos;
                if (life.endedNanos == NEVER && agenda.nowNanos() > boundNanos) {
                    throw new PromiseBroken(
                            "P4",
                            life + " is there at " + millis(agenda.nowNanos()) + ", calm since " + millis(sinceNanos));
                }
            }
        }
    }

    /** A member has read a renewal: whether or not it is answered, it may count. */
    void asked(long id) {
        for (Life life : lives.getOrDefault(id, List.of())) {
            if (life.endedNanos == NEVER) {
                life.askedNanos = agenda.nowNanos();
            }
        }
    }

    void answered(Request request, Renewal answer) {
        if (!(answer instanceof Renewal.Answered known)) {
            return;
        }
        trace.accept(() -> "renewal of " + request.id + " sent " + millis(request.sentNanos) + ", read "
                + millis(request.readNanos) + " is answered " + known.ttlMillis());
        if (known.ttlMillis() > 0) {
            acknowledged(request, known.ttlMillis());
        } else {
            denied(request);
        }
    }

    private void acknowledged(Request request, long ttlMillis) {
        acknowledged++;
        Life life = newestWith(request.id, ttlMillis);
        if (life.revokeRepliedNanos < request.sentNanos) {
            throw new PromiseBroken("P2", life + " renewed after its revoke was answered");
        }
        if (life.endedNanos < request.sentNanos) {
            // Nobody was told of the end; but it has ended all the same, and the answer stands on a later round.
            throw new PromiseBroken("P2", life + " renewed by a request sent after its end");
        }
        life.renewedNanos = Math.max(life.renewedNanos, request.readNanos);
        requireNotEarly(life);
    }

    private void denied(Request request) {
        denied++;
        for (Life life : lives.getOrDefault(request.id, List.of())) {
            // Stricter than promised: a grant that is committed may be known to somebody, acknowledged or not.
            if (life.grantedNanos < request.sentNanos && life.endedNanos > agenda.nowNanos()) {
                throw new PromiseBroken("P2", life + " denied at " + millis(agenda.nowNanos()));
            }
            boolean inTime = life.grantRepliedNanos < request.sentNanos
                    && request.socketNanos + FAIR_NANOS < life.earliestEndNanos();
            // What waits with a leader that is deposed is lost with it: the next one ends the lease unaware.
            boolean sameReign = life.endedByExpiry && life.endedTerm == request.term;
            if (request.fairlyRead && inTime && sameReign && life.endedNanos > request.readNanos) {
                throw new PromiseBroken(
                        "P5",
                        life + " expired although a renewal was there at " + millis(request.socketNanos)
                                + ", before its deadline");
            }
        }
    }

    private static void requireNotEarly(Life life) {
        if (life.endedByExpiry && life.endedNanos < life.earliestEndNanos()) {
            throw new PromiseBroken("P1", life + " ended early");
        }
    }

    private Life newestWith(long id, long ttlMillis) {
        return lives.getOrDefault(id, List.of()).reversed().stream()
                .filter(life -> life.ttlMillis == ttlMillis)
                .findFirst()
                .orElseThrow(() -> new PromiseBroken("leases", id + " of " + ttlMillis + " ms was never granted"));
    }

    static String millis(long nanos) {
        return nanos == NEVER ? "never" : nanos / Agenda.MILLI + " ms";
    }
}
