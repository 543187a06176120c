package io.leasehold.simulation;

/** A follower's side of replication: takes a leader's entries, or finds that it lacks more than they can give. */
final class EntryIntake {
    private final int self;
    private final LogDisk disk;
    private final LogProgress progress;
    private final RaftPeers peers;
    /** Whether it was taken into a cluster and has no state yet. */
    private boolean joins;

    private boolean needsState;

    EntryIntake(int self, LogDisk disk, LogProgress progress, RaftPeers peers) {
        this.self = self;
        this.disk = disk;
        this.progress = progress;
        this.peers = peers;
    }

    /** The log was opened. */
    void begin() {
        joins = disk.configuration().equals(Configuration.NONE);
    }

    /** Whether this member knows nothing of any cluster yet. */
    boolean joins() {
        return joins;
    }

    /** From the leader of this term. */
    void take(RaftMessage.Append append) {
        if (needsState || joins) {
            refuse(append.from(), joins ? RaftMessage.Appended.NEWCOMER : disk.lastIndex());
            return;
        }
        if (!disk.joins(append.prevIndex(), append.prevTerm())) {
            refuse(append.from(), Math.min(disk.lastIndex(), append.prevIndex() - 1));
            return;
        }
        boolean grown = disk.write(append.prevIndex(), append.entries());
        long matched = append.prevIndex() + append.entries().size();
        long term = disk.term;
        Runnable answer = () -> {
            if (disk.term == term) {
                answer(append.from(), true, matched);
                progress.commitTo(Math.min(Math.min(append.committed(), matched), disk.forcedIndex()));
            }
        };
        if (grown || disk.forcedIndex() < matched) {
            progress.forceLater(answer);
        } else {
            answer.run();
        }
    }

    /**
     * From the leader of this term. From here on this member takes no entries until it has started anew with the state of
     * another one.
     */
    void take(RaftMessage.Purged purged) {
        if (joins || !disk.joins(purged.index(), purged.indexTerm())) {
            disk.told(purged.configurationIndex(), purged.configuration());
            needsState = true;
            progress.handOver().stateNeeded(purged.from() + 1);
        } else {
            refuse(purged.from(), disk.lastIndex());
        }
    }

    /** Says that entries beyond {@code index} were not taken. */
    void refuse(int leader, long index) {
        answer(leader, false, index);
    }

    private void answer(int leader, boolean matched, long index) {
        peers.send(self, leader, new RaftMessage.Appended(self, disk.term, matched, index));
    }
}
