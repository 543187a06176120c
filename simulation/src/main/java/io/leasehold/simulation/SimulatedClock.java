package io.leasehold.simulation;

import io.leasehold.server.loop.Ticker;

/**
 * A member's monotonic clock, a little fast or slow. At the first reading of a turn the thread may be held up: the
 * reading is then older than what is done with it.
 */
final class SimulatedClock implements Ticker {
    private static final long RATE_PER_MILLE_MAX = 10;

    private final Agenda agenda;
    private final long ratePerMille;
    private final long offsetNanos;
    private long heldUpNanos;

    SimulatedClock(Agenda agenda) {
        this.agenda = agenda;
        this.ratePerMille = agenda.random.nextLong(2 * RATE_PER_MILLE_MAX + 1) - RATE_PER_MILLE_MAX;
        this.offsetNanos = agenda.random.nextLong(1_000_000) * Agenda.SECOND;
    }

    /** The next reading was made so long ago. */
    void holdUp(long nanos) {
        heldUpNanos = nanos;
    }

    @Override
    public long nanos() {
        long trueNanos = agenda.nowNanos() - heldUpNanos;
        heldUpNanos = 0;
        return offsetNanos + trueNanos + trueNanos / 1_000 * ratePerMille;
    }
}
