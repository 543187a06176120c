package io.leasehold.simulation;

import java.util.Arrays;
import java.util.List;

/** A leader's knowledge of the others: what they have of its log, what to send them next, and whether they are heard. */
final class Replication {
    private static final int MESSAGE_ENTRIES_LIMIT = 64;

    private final int self;
    private final Agenda agenda;
    private final LogDisk disk;
    private final RaftPeers peers;
    private final long[] nextIndex;
    private final long[] matchIndex;
    private final long[] heardNanos;
    private final boolean[] newcomers;

    Replication(int self, Agenda agenda, LogDisk disk, RaftPeers peers) {
        this.self = self;
        this.agenda = agenda;
        this.disk = disk;
        this.peers = peers;
        nextIndex = new long[peers.count()];
        matchIndex = new long[peers.count()];
        heardNanos = new long[peers.count()];
        newcomers = new boolean[peers.count()];
    }

    /** A reign begins: nothing is known of anybody. */
    void begin() {
        Arrays.fill(nextIndex, disk.lastIndex() + 1);
        Arrays.fill(matchIndex, 0);
        Arrays.fill(heardNanos, agenda.nowNanos());
        Arrays.fill(newcomers, false);
    }

    /** Sends everybody what he lacks, perhaps nothing. */
    void sendToAll(long committedIndex) {
        for (long id : disk.configuration().others(self + 1L)) {
            int peer = (int) id - 1;
            long prev = nextIndex[peer] - 1;
            peers.send(
                    self, peer, newcomers[peer] || prev < disk.purgedIndex() ? purged() : append(prev, committedIndex));
        }
    }

    private RaftMessage purged() {
        long index = disk.purgedIndex();
        return new RaftMessage.Purged(
                self, disk.term, index, disk.termAt(index), disk.configurationIndex(), disk.configuration());
    }

    private RaftMessage append(long prev, long committedIndex) {
        List<LogDisk.Entry> entries = disk.from(prev + 1, MESSAGE_ENTRIES_LIMIT);
        return new RaftMessage.Append(self, disk.term, prev, disk.termAt(prev), entries, committedIndex);
    }

    /** An answer of the present term. */
    void answered(RaftMessage.Appended answer) {
        int from = answer.from();
        heardNanos[from] = agenda.nowNanos();
        newcomers[from] = answer.index() == RaftMessage.Appended.NEWCOMER;
        if (answer.matched()) {
            matchIndex[from] = Math.max(matchIndex[from], answer.index());
            nextIndex[from] = Math.max(nextIndex[from], answer.index() + 1);
        } else {
            nextIndex[from] = Math.max(matchIndex[from] + 1, Math.min(answer.index() + 1, disk.lastIndex() + 1));
        }
    }

    /** Whether a member, this one included, has been heard within that time. */
    boolean heardWithin(long id, long nanos) {
        return id == self + 1L || agenda.nowNanos() - heardNanos[(int) id - 1] < nanos;
    }

    /** Up to where a member has the log on disk, as far as is known. */
    long matchIndex(long id) {
        return id == self + 1L ? disk.forcedIndex() : matchIndex[(int) id - 1];
    }
}
