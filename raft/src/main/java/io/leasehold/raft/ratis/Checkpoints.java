package io.leasehold.raft.ratis;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.jspecify.annotations.Nullable;

/**
 * The caller's two newest checkpoints, as Ratis numbers entries. The newest is where a replay begins; the log may be purged
 * up to the one before, in case the newest turns out unreadable. Any thread.
 */
final class Checkpoints {

    private record Kept(@Nullable TermIndex newest, @Nullable TermIndex older) {}

    /** A snapshot whose files are nobody's business but the caller's. */
    private record Snapshot(TermIndex termIndex) implements SnapshotInfo {
        @Override
        public TermIndex getTermIndex() {
            return termIndex;
        }

        @Override
        public List<FileInfo> getFiles() {
            return List.of();
        }
    }

    private final AtomicReference<Kept> kept;

    /** Starts with what the caller has applied; index 0 for nothing. */
    Checkpoints(long appliedIndex, long appliedTerm) {
        TermIndex applied = appliedIndex == 0 ? null : TermIndex.valueOf(appliedTerm, LogIndex.toRatis(appliedIndex));
        // Which checkpoint came before this one is not known; taking the newest for it is right, because the next
        // checkpoint pushes the true older one out.
        kept = new AtomicReference<>(new Kept(applied, null));
    }

    /**
     * Notes a new checkpoint.
     *
     * @return the Ratis index up to which the log may be purged now, -1 for nothing
     */
    long add(long index, long term) {
        TermIndex added = TermIndex.valueOf(term, LogIndex.toRatis(index));
        Kept now = kept.updateAndGet(
                before -> before.newest() == null || before.newest().getIndex() < added.getIndex()
                        ? new Kept(added, before.newest())
                        : before);
        return indexOf(now.older());
    }

    /** The Ratis index up to which the log may be purged, -1 for nothing. */
    long purgeable() {
        return indexOf(kept.get().older());
    }

    /** The newest checkpoint as a snapshot of the engine's; null before the first. */
    @Nullable
    SnapshotInfo newest() {
        TermIndex newest = kept.get().newest();
        return newest == null ? null : new Snapshot(newest);
    }

    private static long indexOf(@Nullable TermIndex termIndex) {
        return termIndex == null ? -1 : termIndex.getIndex();
    }
}
