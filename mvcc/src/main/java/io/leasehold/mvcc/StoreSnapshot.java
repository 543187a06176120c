package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.io.IOException;
import java.util.Optional;

/**
 * The store as it stood after one publish. Immutable; any thread may use it for as long as it likes: what it shows stays
 * readable, whatever is written, compacted or closed meanwhile. Holding one costs the memory of what changed since.
 *
 * <p>Any read may throw {@link StoreCorruptedException}.
 */
public final class StoreSnapshot implements StoreView {
    private final Node root;
    private final LogView log;
    private final IndexReader reader;
    private final long revision;
    private final long compactedRevision;
    private final long sizeBytes;
    private final long liveBytes;

    StoreSnapshot(Node root, LogView log, long revision, long compactedRevision, long sizeBytes, long liveBytes) {
        this.root = root;
        this.log = log;
        this.reader = new IndexReader(root, log.segments());
        this.revision = revision;
        this.compactedRevision = compactedRevision;
        this.sizeBytes = sizeBytes;
        this.liveBytes = liveBytes;
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public long compactedRevision() {
        return compactedRevision;
    }

    @Override
    public Optional<KeyValueRecord> get(ByteSequence key) {
        return reader.getNewest(key);
    }

    @Override
    public Optional<KeyValueRecord> get(ByteSequence key, long atRevision) {
        return isNewest(atRevision) ? reader.getNewest(key) : reader.getAt(key, atRevision);
    }

    @Override
    public RangeResult range(KeyRange range, long atRevision, long limit) {
        return isNewest(atRevision) ? reader.rangeNewest(range, limit) : reader.rangeAt(range, atRevision, limit);
    }

    @Override
    public long count(KeyRange range, long atRevision) {
        return isNewest(atRevision) ? reader.countNewest(range) : reader.countAt(range, atRevision);
    }

    /**
     * The changes of some revisions in order, whole revisions only, for a watcher that lags behind. The previous state
     * comes with an event unless it has been compacted away.
     *
     * @param fromRevision the first revision wanted; the caller has checked that it is not below the compacted one
     * @param toRevision the last revision wanted; cut to {@link #revision()}
     * @param revisionLimit stop after this many revisions, at least 1
     * @param byteLimit stop behind the revision with which the events' records reach this size; the first revision comes
     *     whole, however big it is
     * @return events and where to go on; behind {@code toRevision} when all has been read
     */
    public HistorySlice history(long fromRevision, long toRevision, int revisionLimit, int byteLimit) {
        return history(fromRevision, toRevision, revisionLimit, byteLimit, true);
    }

    /**
     * As the other one.
     *
     * @param withPrevious whether the events are to show what was before them, which costs more than all else of it
     */
    public HistorySlice history(
            long fromRevision, long toRevision, int revisionLimit, int byteLimit, boolean withPrevious) {
        HistoryReader history = new HistoryReader(log, reader, withPrevious ? compactedRevision : Long.MAX_VALUE);
        return history.read(fromRevision, Math.min(toRevision, revision), revisionLimit, byteLimit);
    }

    /**
     * A checksum over all records up to a revision that outlive the compaction. It depends neither on the layout of the
     * segments nor on how far the index has been freed. Reads all these records: time in proportion to the store.
     *
     * @param atRevision the last revision to hash; 0 for the newest, negative for none
     */
    public StoreHash hash(long atRevision) {
        long upTo = atRevision == 0 ? revision : atRevision;
        return new StoreHash(StoreHasher.hash(root, log.segments(), upTo, compactedRevision), upTo, compactedRevision);
    }

    /**
     * Visits all records that outlive the compaction, in the order of their revisions: what a copy of the store must hold.
     * Checks and reads the whole log: time in proportion to its files.
     *
     * @throws IOException what the visitor throws
     */
    public void forEachSurvivor(RecordVisitor visitor) throws IOException {
        new SurvivorScan(root, log, compactedRevision).run(visitor);
    }

    /** A pass over all there is in the files, to find damage. It does not keep this snapshot in memory. */
    public LogScrub scrub() {
        return new LogScrub(log);
    }

    /** Bytes in the segment files, headers and superseded records included. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** Bytes of the records that the index still knows: what would be left if the segments were rewritten. */
    public long liveBytes() {
        return liveBytes;
    }

    /** How many keys are alive. */
    public long keyCount() {
        return root.liveCount();
    }

    Node root() {
        return root;
    }

    SegmentTable segments() {
        return log.segments();
    }

    private boolean isNewest(long atRevision) {
        return atRevision <= 0 || atRevision >= revision;
    }
}
