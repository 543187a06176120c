package io.leasehold.simulation;

import java.util.Arrays;

/** Messages between members: late, lost, doubled, overtaking each other; cut in one direction or both. */
final class Network {
    private static final int LOSS_ONE_IN = 100;
    private static final int DOUBLE_ONE_IN = 100;
    private static final int RELIABLE_DELAY_MAX_MILLIS = 20;

    private final Agenda agenda;
    private final boolean[][] cut;
    private final long[] slowInwardsNanos;
    /** When the last message of a connection arrives. */
    private final long[][] lastArrivalNanos;

    private final int delayMaxMillis;
    private boolean faulty = true;

    Network(Agenda agenda, Conditions conditions, int members) {
        this.agenda = agenda;
        this.cut = new boolean[members][members];
        this.slowInwardsNanos = new long[members];
        this.lastArrivalNanos = new long[members][members];
        this.delayMaxMillis = conditions.messageDelayMaxMillis;
    }

    void send(int from, int to, Runnable delivery) {
        if (cut[from][to] || (faulty && agenda.oneIn(LOSS_ONE_IN))) {
            return;
        }
        int maxMillis = faulty ? delayMaxMillis : RELIABLE_DELAY_MAX_MILLIS;
        agenda.after(slowInwardsNanos[to] + agenda.delayNanos(maxMillis), delivery);
        if (faulty && agenda.oneIn(DOUBLE_ONE_IN)) {
            agenda.after(agenda.delayNanos(4 * maxMillis), delivery);
        }
    }

    /**
     * As {@link #send}, but what arrives keeps its order and comes once: a connection.
     *
     * @return false if it is known to be lost
     */
    boolean sendInOrder(int from, int to, Runnable delivery) {
        if (cut[from][to] || (faulty && agenda.oneIn(LOSS_ONE_IN))) {
            return agenda.oneIn(2);
        }
        int maxMillis = faulty ? delayMaxMillis : RELIABLE_DELAY_MAX_MILLIS;
        long arrivesNanos = agenda.nowNanos() + slowInwardsNanos[to] + agenda.delayNanos(maxMillis);
        lastArrivalNanos[from][to] = Math.max(lastArrivalNanos[from][to], arrivesNanos);
        agenda.after(lastArrivalNanos[from][to] - agenda.nowNanos(), delivery);
        return true;
    }

    /** Cuts a member's way out, its way in, or both. */
    void isolate(int member, boolean out, boolean in) {
        for (int other = 0; other < cut.length; other++) {
            cut[member][other] |= out;
            cut[other][member] |= in;
        }
    }

    boolean isCut(int from, int to) {
        return cut[from][to];
    }

    /** Everything that is sent to the member takes so much longer. */
    void slowInwards(int member, long nanos) {
        slowInwardsNanos[member] = nanos;
    }

    /** Nothing is cut or slow any more. */
    void heal() {
        for (boolean[] row : cut) {
            Arrays.fill(row, false);
        }
        Arrays.fill(slowInwardsNanos, 0);
    }

    /** No losses and short delays from here on. */
    void becomeReliable() {
        faulty = false;
        heal();
    }
}
