package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The store of revisions, from its writer's side: a log of records in segment files and an index of them in memory.
 *
 * <pre>
 *   put, delete ──► SegmentLog (gathers the batch) ──publish: one write──► segment files
 *        │                                                                     ▲ mapped
 *        └────────► KeyIndex (changed in place)   ──publish: frozen────► StoreSnapshot
 * </pre>
 *
 * <p>Owned by one thread, the Applier, except {@link #snapshot()} (any thread) and {@link #force} (one background thread).
 * It never forces to disk by itself and keeps no record of where it stands: the {@link StorePosition} is kept by the caller,
 * who replays what came later. After an exception of a write the store is not usable and the process has to stop.
 */
public final class RevisionStore implements AutoCloseable {
    /** Room for events in a new batch that follows a bigger one: as many as an expiry of many leases makes. */
    private static final int EXPECTED_EVENTS_MAX = 512;

    private final StoreFiles files;
    private final SegmentLog log;
    private final KeyIndex index;
    private final LogMarks marks;
    private final IndexSweep sweep;
    private final Rewriting rewriting;
    private final WriterView current = new WriterView(this);

    /** Until they were asked for; they hold on to the index as it was. */
    private LeasedKeys leasedAtOpening;

    /** The last finished revision. */
    private long revision;

    /** Changes in the open revision; 0 when none is open. */
    private int openChanges;

    private long compactedRevision;

    private List<StoreEvent> batch = new ArrayList<>();

    /** The key whose place the index has at hand; null when it may have moved. */
    private @Nullable ByteSequence sought;

    /** Whether the index or the compacted revision differ from the snapshot's. */
    private boolean changed;

    private volatile StoreSnapshot snapshot;

    RevisionStore(
            StoreFiles files,
            SegmentLog log,
            KeyIndex index,
            LogMarks marks,
            StorePosition from,
            Set<Long> leasedSegments) {
        this.files = files;
        this.log = log;
        this.index = index;
        this.marks = marks;
        this.sweep = new IndexSweep(index, log::forgotten);
        this.rewriting = new Rewriting(index, log, marks, files);
        this.revision = from.revision();
        this.compactedRevision = from.compactedRevision();
        finishCompaction();
        this.snapshot = newSnapshot();
        this.leasedAtOpening = LeasedKeys.of(index.root(), leasedSegments);
    }

    /**
     * Opens the store as it was at a position. What the directory's segments hold behind it is cut off, other segment files
     * are deleted. Reads and checks every record; time in proportion to the segments.
     *
     * @param directory made if it is not there
     * @param from where to stand; {@link StorePosition#EMPTY} to begin anew
     * @throws StoreCorruptedException if a segment is missing, too short, or holds a damaged record before the position
     * @throws UnsupportedFormatException if a newer release wrote the segments; they are left as they are
     * @throws IOException if the files cannot be read or cut
     */
    public static RevisionStore open(Path directory, StoreOptions options, StorePosition from) throws IOException {
        return open(directory, options, from, Set.of());
    }

    /**
     * As the other one, but leaves segment files alone that somebody may want to open the store at instead.
     *
     * @param alsoNamed ids of segments that another position names; they are {@link #retired()} from the start
     */
    public static RevisionStore open(Path directory, StoreOptions options, StorePosition from, Set<Long> alsoNamed)
            throws IOException {
        return new StoreRecovery(directory, options, SegmentWrites.DIRECT).open(from, alsoNamed);
    }

    static RevisionStore open(Path directory, StoreOptions options, StorePosition from, SegmentWrites writes)
            throws IOException {
        return new StoreRecovery(directory, options, writes).open(from, Set.of());
    }

    /** The state last published. Any thread. */
    public StoreSnapshot snapshot() {
        return snapshot;
    }

    /** The writer's own state: with what is not published and with the open revision. It moves on with the store. */
    public StoreView current() {
        return current;
    }

    /**
     * Puts a key; begins a revision if none is open.
     *
     * @param key at least one byte
     * @param leaseId the lease to note in the record, 0 for none; its meaning is the caller's
     * @return the new record
     * @throws UncheckedIOException if the disk refuses a write
     */
    public KeyValueRecord put(ByteSequence key, ByteSequence value, long leaseId) {
        return putSought(key, value, leaseId, seek(key).orElse(null));
    }

    /**
     * What a key is now, if it is alive. Keeps its place in the index for a {@link #putSought} of this very object, if that
     * is the next change of the store: whoever looks a key up before he puts it goes down the index once.
     */
    public Optional<KeyValueRecord> seek(ByteSequence key) {
        long newest = index.seek(key);
        sought = key;
        return Position.isLive(newest) ? Optional.of(log.read(newest, key)) : Optional.empty();
    }

    /** As {@link #put}, for the key just sought; {@code before} is what {@link #seek} said it was, null for nothing. */
    @SuppressWarnings("ReferenceEquality") // The very key just sought; comparing bytes would cost every put.
    public KeyValueRecord putSought(
            ByteSequence key, ByteSequence value, long leaseId, @Nullable KeyValueRecord before) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("a key has at least one byte");
        }
        if (key != sought) {
            throw new IllegalStateException("key " + key + " was not sought, or the store has changed since");
        }
        long main = revision + 1;
        long create = before == null ? main : before.createRevision();
        long version = before == null ? 1 : before.version() + 1;
        KeyValueRecord previous = stateBeforeRevision(key, before);
        long position = log.appendPut(key, create, main, openChanges, version, value, leaseId);
        return add(key, position, previous);
    }

    /**
     * Deletes the live keys of a range in key order; begins a revision if there are any and none is open.
     *
     * @return what was alive, in key order; empty when nothing was
     * @throws UncheckedIOException if the disk refuses a write
     */
    public List<KeyValueRecord> delete(KeyRange range) {
        List<KeyValueRecord> live = reader().rangeNewest(range, 0).records();
        for (KeyValueRecord record : live) {
            deleteLive(record);
        }
        return live;
    }

    /** As {@link #delete}, for one key: what it was, if it was alive. */
    public Optional<KeyValueRecord> deleteKey(ByteSequence key) {
        Optional<KeyValueRecord> live = seek(key);
        live.ifPresent(this::deleteSought);
        return live;
    }

    /**
     * Deletes keys that are all alive, as {@link #deleteKey} does each of them. No revision is open: so what a key was before
     * it is what it is now, and need not be read.
     *
     * @param ascending in bytewise order, without repetitions: neighbours are found without going down the index again
     * @throws IllegalStateException if a revision is open, or one of the keys is not alive; those before it are deleted
     * @throws UncheckedIOException if the disk refuses a write
     */
    public void deleteAll(List<ByteSequence> ascending) {
        if (openChanges > 0) {
            throw new IllegalStateException("revision " + (revision + 1) + " is open");
        }
        // Without an iterator: most leases have one key, and they end by the hundred thousand.
        for (int i = 0; i < ascending.size(); i++) {
            ByteSequence key = ascending.get(i);
            long newest = index.seekNear(key);
            if (!Position.isLive(newest)) {
                throw new IllegalStateException("key " + key + " is to be deleted and is not alive");
            }
            KeyValueRecord tombstone = append(key, log.appendTombstone(key, revision + 1, openChanges));
            batch.add(log.deletion(tombstone, newest));
        }
    }

    /** Ends the open revision, if one is open; returns the newest revision. */
    public long finishRevision() {
        if (openChanges > 0) {
            revision++;
            openChanges = 0;
        }
        return revision;
    }

    /**
     * Makes everything since the last publish visible in a new snapshot. No revision may be open.
     *
     * @return the events of the batch in order
     * @throws UncheckedIOException if the disk refuses the write; nothing becomes visible then
     */
    public List<StoreEvent> publish() {
        if (openChanges > 0) {
            throw new IllegalStateException("publish while revision " + (revision + 1) + " is open");
        }
        log.flush();
        if (changed) {
            sought = null;
            snapshot = newSnapshot();
            changed = false;
        }
        List<StoreEvent> events = batch;
        batch = new ArrayList<>(Math.min(events.size(), EXPECTED_EVENTS_MAX));
        return events;
    }

    /**
     * Notes that versions not visible at this revision or later are given up. Reads show it after the next publish. The
     * memory comes back by {@link #compactSome}.
     *
     * @param compactRevision from {@link StoreView#compactedRevision()} to the newest revision
     */
    public void compact(long compactRevision) {
        if (compactRevision < compactedRevision || compactRevision > revision) {
            throw new IllegalArgumentException("cannot compact at " + compactRevision + ": compacted="
                    + compactedRevision + " revision=" + revision);
        }
        compactedRevision = compactRevision;
        changed = true;
        sweep.begin(compactRevision);
    }

    /**
     * Goes on freeing the index of what is compacted, and then moving it to segments that were written anew. To be called
     * between batches, followed by a publish; no answer depends on how far it has gone.
     *
     * @param keyLimit about how many keys and freed records to look at, at least 1; a thousand take about a millisecond
     * @return whether there is more to do
     */
    public boolean compactSome(int keyLimit) {
        if (sweep.isUnderWay()) {
            sought = null;
            changed = true;
            sweep.some(keyLimit);
        } else if (rewriting.isMoving()) {
            sought = null;
            changed = true;
            rewriting.some(keyLimit);
        }
        return sweep.isUnderWay() || rewriting.isMoving();
    }

    /**
     * Chooses segments that hold little which is still needed, to be written anew elsewhere. One at a time. Right after a
     * publish, when {@link #compactSome} has nothing left to do; at other times there is nothing to choose.
     *
     * @param hurried whether to be content with little garbage; by itself, half a segment is worth it
     * @return to be copied by one background thread, and then to come back by {@link #beginMove} or {@link #dropRewrite}
     */
    public Optional<SegmentRewrite> planRewrite(boolean hurried) {
        if (sweep.isUnderWay() || changed) {
            return Optional.empty();
        }
        return Optional.ofNullable(rewriting.plan(hurried, snapshot.root(), compactedRevision));
    }

    /** Takes over what was copied. {@link #compactSome} goes on with it; then the old files are {@link #retired()}. */
    public void beginMove(SegmentRewrite copied) {
        rewriting.begin(copied);
        changed = true;
    }

    /** Forgets a rewrite that was abandoned; its segments are left alone until the next compaction. */
    public void dropRewrite(SegmentRewrite abandoned) {
        rewriting.drop(abandoned, compactedRevision);
    }

    /** Whether the index is not free yet of all that is compacted. */
    public boolean isSweeping() {
        return sweep.isUnderWay();
    }

    /** Revisions whose records {@link #compactSome} has freed since the store was opened. */
    public long sweptRecords() {
        return sweep.freedRecords();
    }

    /**
     * Calls for every live key with a lease, in key order, as the store was opened: for right after that, and once. Reads every
     * live record of the segments in which there are leases at all.
     */
    public void forEachLeased(LeasedKeyConsumer consumer) {
        leasedAtOpening.forEach(log, consumer);
        leasedAtOpening = LeasedKeys.NONE;
    }

    /** Where the store stands. Everything has been published. */
    public StorePosition position() {
        if (openChanges > 0 || !batch.isEmpty()) {
            throw new IllegalStateException("position asked for before publish");
        }
        return new StorePosition(revision, compactedRevision, log.lengths());
    }

    /**
     * Makes sure that the store's files hold everything up to a position, on disk. One background thread; a failure must not
     * be retried, for the system may have dropped what it could not write.
     */
    public void force(StorePosition upTo) throws IOException {
        files.force(upTo, snapshot.segments());
    }

    /** The files that hold everything up to a position, with the lengths that count. Any thread. */
    public Map<Path, Long> files(StorePosition upTo) {
        return files.files(upTo);
    }

    /**
     * Ids of segments that the store reads no more, and whose files are there as some position may name them: one that was
     * taken before they were retired. Any thread.
     */
    public Set<Long> retired() {
        return files.retiredIds();
    }

    /**
     * Deletes the files of retired segments; snapshots that show them read on. The thread that {@link #force forces}.
     *
     * @param ids of segments that were retired, and that nobody will open the store at
     */
    public void delete(Set<Long> ids) throws IOException {
        files.delete(ids);
    }

    /** Closes the files. What was not published is lost; snapshots stay readable. */
    @Override
    public void close() throws IOException {
        log.close();
    }

    long visibleRevision() {
        return openChanges > 0 ? revision + 1 : revision;
    }

    long compactedRevision() {
        return compactedRevision;
    }

    IndexReader reader() {
        return new IndexReader(index.root(), log);
    }

    private void deleteLive(KeyValueRecord live) {
        index.seek(live.key());
        deleteSought(live);
    }

    private void deleteSought(KeyValueRecord live) {
        ByteSequence key = live.key();
        long position = log.appendTombstone(key, revision + 1, openChanges);
        add(key, position, stateBeforeRevision(key, live));
    }

    /** What a watcher is told as the previous state: not {@code before} when this revision has changed the key already. */
    private @Nullable KeyValueRecord stateBeforeRevision(ByteSequence key, @Nullable KeyValueRecord before) {
        boolean firstChange = openChanges == 0 || (before != null && before.modRevision() <= revision);
        return firstChange ? before : reader().liveAt(key, revision);
    }

    private KeyValueRecord add(ByteSequence key, long position, @Nullable KeyValueRecord previous) {
        KeyValueRecord record = append(key, position);
        batch.add(new StoreEvent(record, previous));
        return record;
    }

    /** Takes a record just appended to the log into the index, at the key just sought. The event is the caller's. */
    private KeyValueRecord append(ByteSequence key, long position) {
        long main = revision + 1;
        sought = null;
        index.appendSought(key, main, position);
        KeyValueRecord record = log.read(position, key);
        marks.recordAppended(main, position, record.recordLength());
        log.remembered(position, record.recordLength());
        openChanges++;
        changed = true;
        return record;
    }

    private void finishCompaction() {
        if (compactedRevision == 0) {
            return;
        }
        sweep.begin(compactedRevision);
        while (sweep.isUnderWay()) {
            sweep.some(Integer.MAX_VALUE);
        }
    }

    private StoreSnapshot newSnapshot() {
        return new StoreSnapshot(
                index.freeze(), log.view(marks.marks()), revision, compactedRevision, log.sizeBytes(), log.liveBytes());
    }
}
