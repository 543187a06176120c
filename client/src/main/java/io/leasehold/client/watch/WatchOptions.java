package io.leasehold.client.watch;

/**
 * How to watch. Immutable; each method answers a changed copy of {@link #DEFAULT}: from now on, puts and deletes.
 *
 * @param startRevision first revision of interest; 0 is "from now on"
 * @param previous whether events tell what was there before
 * @param puts whether puts are told
 * @param deletes whether deletes are told
 * @param progress whether the server tells, about every ten minutes without events, how far it is
 * @param compaction what to do when history that is still wanted has been compacted
 */
public record WatchOptions(
        long startRevision,
        boolean previous,
        boolean puts,
        boolean deletes,
        boolean progress,
        AfterCompaction compaction) {
    /** What to do when history that is still wanted is gone. The listener is told in either case, once. */
    public enum AfterCompaction {
        /** The watch ends with {@link WatchEnd.Reason#COMPACTED}; whoever needs the state reads it and watches anew. */
        END,
        /** The watch goes on with what is left of the history; the gap is told by {@code onCompacted}. */
        GO_ON
    }

    /** From now on, puts and deletes. */
    public static final WatchOptions DEFAULT = new WatchOptions(0, false, true, true, false, AfterCompaction.END);

    public WatchOptions {
        if (startRevision < 0) {
            throw new IllegalArgumentException("start revision " + startRevision);
        }
    }

    /** From this revision on; 0 is "from now on". */
    public WatchOptions from(long revision) {
        return new WatchOptions(revision, previous, puts, deletes, progress, compaction);
    }

    /** Events tell what was there before. */
    public WatchOptions withPrevious() {
        return new WatchOptions(startRevision, true, puts, deletes, progress, compaction);
    }

    /** Only deletes. */
    public WatchOptions withoutPuts() {
        return new WatchOptions(startRevision, previous, false, deletes, progress, compaction);
    }

    /** Only puts. */
    public WatchOptions withoutDeletes() {
        return new WatchOptions(startRevision, previous, puts, false, progress, compaction);
    }

    /** The server tells now and then how far it is. */
    public WatchOptions withProgress() {
        return new WatchOptions(startRevision, previous, puts, deletes, true, compaction);
    }

    /** Goes on behind a compaction. */
    public WatchOptions goingOnAfterCompaction() {
        return new WatchOptions(startRevision, previous, puts, deletes, progress, AfterCompaction.GO_ON);
    }

    WatchOptions endingAtCompaction() {
        return new WatchOptions(startRevision, previous, puts, deletes, progress, AfterCompaction.END);
    }
}
