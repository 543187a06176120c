package io.leasehold.simulation;

import java.util.HashSet;
import java.util.Set;

/** A member's part in elections: how long it bears with silence, whom it votes for, and the votes it has got itself. */
final class Ballot {
    private static final long PATIENCE_MIN_NANOS = 500 * Agenda.MILLI;

    private final int self;
    private final Agenda agenda;
    private final LogDisk disk;
    private final Set<Integer> votes = new HashSet<>();
    private long patienceEndsNanos;

    Ballot(int self, Agenda agenda, LogDisk disk) {
        this.self = self;
        this.agenda = agenda;
        this.disk = disk;
    }

    /** Something was heard that shows, or promises, a leader. */
    void waitAgain() {
        patienceEndsNanos = agenda.nowNanos() + PATIENCE_MIN_NANOS + agenda.random.nextLong(PATIENCE_MIN_NANOS);
    }

    boolean patienceIsOver() {
        return agenda.nowNanos() >= patienceEndsNanos;
    }

    /** Stands in a new term, with its own vote. */
    void stand() {
        disk.term++;
        disk.votedFor = self;
        votes.clear();
        votes.add(self);
        waitAgain();
    }

    void count(int voter) {
        votes.add(voter);
    }

    /** Whether that one has voted for this member. */
    boolean hasVoteOf(long id) {
        return votes.contains((int) id - 1);
    }

    /** Whether the candidate gets this member's vote; its term is known here already. */
    boolean voteFor(RaftMessage.VoteAsked asked) {
        boolean upToDate = asked.lastTerm() > disk.lastTerm()
                || (asked.lastTerm() == disk.lastTerm() && asked.lastIndex() >= disk.lastIndex());
        boolean free = disk.votedFor == LogDisk.NOBODY || disk.votedFor == asked.from();
        // Who was told nothing of the members votes for nobody.
        boolean informed = !disk.configuration().equals(Configuration.NONE);
        boolean granted = asked.term() == disk.term && free && upToDate && informed;
        if (granted) {
            disk.votedFor = asked.from();
            waitAgain();
        }
        return granted;
    }
}
