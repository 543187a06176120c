package io.leasehold.simulation;

import java.util.Arrays;

/** Messages between members: late, lost, doubled, overtaking each other; cut in one direction or both. */
final class Network {
    private static final int LOSS_ONE_IN = 100;
    private static final int DOUBLE_ONE_IN = 100;
    private static final int DELAY_MAX_MILLIS = 250;

    private final Agenda agenda;
    private final boolean[][] cut;
    private boolean faulty = true;

    Network(Agenda agenda, int members) {
        this.agenda = agenda;
        this.cut = new boolean[members][members];
    }

    void send(int from, int to, Runnable delivery) {
        if (cut[from][to] || (faulty && agenda.oneIn(LOSS_ONE_IN))) {
            return;
        }
        int delayMaxMillis = faulty ? DELAY_MAX_MILLIS : 20;
        agenda.after(agenda.delayNanos(delayMaxMillis), delivery);
        if (faulty && agenda.oneIn(DOUBLE_ONE_IN)) {
            agenda.after(agenda.delayNanos(4 * delayMaxMillis), delivery);
        }
    }

    /** Cuts a member's way out, its way in, or both. */
    void isolate(int member, boolean out, boolean in) {
        for (int other = 0; other < cut.length; other++) {
            cut[member][other] |= out;
            cut[other][member] |= in;
        }
    }

    void heal() {
        for (boolean[] row : cut) {
            Arrays.fill(row, false);
        }
    }

    /** No losses and short delays from here on. */
    void becomeReliable() {
        faulty = false;
        heal();
    }
}
