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

    Replication(int self, Agenda agenda, LogDisk disk, RaftPeers peers) {
        this.self = self;
        this.agenda = agenda;
        this.disk = disk;
        this.peers = peers;
        nextIndex = new long[peers.count()];
        matchIndex = new long[peers.count()];
        heardNanos = new long[peers.count()];
    }

    /** A reign begins: nothing is known of anybody. */
    void begin() {
        Arrays.fill(nextIndex, disk.lastIndex() + 1);
        Arrays.fill(matchIndex, 0);
        Arrays.fill(heardNanos, agenda.nowNanos());
    }

    /** Sends everybody what he lacks, perhaps nothing. */
    void sendToAll(long committedIndex) {
        for (int peer = 0; peer < peers.count(); peer++) {
            if (peer != self) {
                long prev = nextIndex[peer] - 1;
                if (prev < disk.purgedIndex()) {
                    peers.send(
                            self,
                            peer,
                            new RaftMessage.Purged(
                                    self, disk.term, disk.purgedIndex(), disk.termAt(disk.purgedIndex())));
                    continue;
                }
                List<LogDisk.Entry> entries = disk.from(prev + 1, MESSAGE_ENTRIES_LIMIT);
                peers.send(
                        self,
                        peer,
                        new RaftMessage.Append(self, disk.term, prev, disk.termAt(prev), entries, committedIndex));
            }
        }
    }

    /** An answer of the present term. */
    void answered(RaftMessage.Appended answer) {
        int from = answer.from();
        heardNanos[from] = agenda.nowNanos();
        if (answer.matched()) {
            matchIndex[from] = Math.max(matchIndex[from], answer.index());
            nextIndex[from] = Math.max(nextIndex[from], answer.index() + 1);
        } else {
            nextIndex[from] = Math.max(matchIndex[from] + 1, Math.min(answer.index() + 1, disk.lastIndex() + 1));
        }
    }

    /** How many have been heard within that time, itself included. */
    int heardWithin(long nanos) {
        int heard = 1;
        for (int peer = 0; peer < peers.count(); peer++) {
            heard += peer != self && agenda.nowNanos() - heardNanos[peer] < nanos ? 1 : 0;
        }
        return heard;
    }

    /** Up to where {@code majority} members have the log on disk. */
    long indexOf(int majority) {
        long[] matched = matchIndex.clone();
        matched[self] = disk.forcedIndex();
        Arrays.sort(matched);
        return matched[matched.length - majority];
    }
}
