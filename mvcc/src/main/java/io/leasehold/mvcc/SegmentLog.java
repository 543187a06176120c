package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The writing end of the log: gathers a batch's records in memory and writes them to the newest segment at
 * {@link #flush()}, or earlier when the memory or the segment is full.
 *
 * <p>Owned by the writer thread. Records are gathered in a chunk that is only ever appended to and never used again from its
 * start: a record handed out before it was written shows the chunk and stays valid, whatever happens to the file.
 *
 * <p>After a failed write the log refuses all further work: what the file holds is then unknown.
 */
final class SegmentLog implements RecordSource {
    /** Holds some hundred commands of ordinary size; below what the garbage collector treats as a large array. */
    private static final int CHUNK_BYTES = 256 << 10;

    private final Path directory;
    private final StoreOptions options;
    private final SegmentWrites writes;
    private SegmentTable segments;
    private @Nullable Segment active;

    /** Position: behind the last record gathered. Everything before {@link #flushedInChunk} has been written. */
    private ByteBuffer chunk = ByteBuffer.allocate(0);

    private int flushedInChunk;

    /** Bytes in all segments that have a place in the log. */
    private long sizeBytes;

    /** Bytes of the records that the index knows. */
    private long liveBytes;

    /** Above all ids that a file in the directory has. */
    private long nextId;

    private @Nullable IOException failure;

    /**
     * Goes on writing behind the given segments; {@code active} is the last of them if it has room.
     *
     * @param nextId above all ids in use
     */
    SegmentLog(
            Path directory,
            StoreOptions options,
            SegmentWrites writes,
            SegmentTable segments,
            @Nullable Segment active,
            long nextId) {
        this.directory = directory;
        this.options = options;
        this.writes = writes;
        this.segments = segments;
        this.active = active;
        this.nextId = nextId;
        for (Segment segment : segments.order()) {
            sizeBytes += segment.lengthBytes();
            liveBytes += segment.liveBytes();
        }
    }

    int segmentSizeBytes() {
        return options.segmentSizeBytes();
    }

    SegmentWrites writes() {
        return writes;
    }

    SegmentTable segments() {
        return segments;
    }

    /** The segment that is written to; null when the next record begins a new one. */
    @Nullable
    Segment active() {
        return active;
    }

    /** Bytes of the records that the index knows. */
    long liveBytes() {
        return liveBytes;
    }

    /** Bytes in all segments, with what is gathered and not yet written. */
    long sizeBytes() {
        return sizeBytes;
    }

    /** Appends the record of a put; returns its position. */
    long appendPut(ByteSequence key, long create, long main, int sub, long version, ByteSequence value, long leaseId) {
        long length = RecordFormat.putLength(key, create, main, version, value, leaseId);
        long position = reserve(length, false);
        RecordFormat.putRecord(chunk, key, create, main, sub, version, value, leaseId);
        return position;
    }

    /** Appends the record of a deletion; returns its position. */
    long appendTombstone(ByteSequence key, long main, int sub) {
        long position = reserve(RecordFormat.tombstoneLength(key, main), true);
        RecordFormat.putTombstone(chunk, key, main, sub);
        return position;
    }

    /** The event of a deletion. What the key was, at a position that the index holds, is read when somebody asks for it. */
    StoreEvent deletion(KeyValueRecord tombstone, long previousPosition) {
        return isGathered(previousPosition)
                ? new StoreEvent(tombstone, read(previousPosition, tombstone.key()))
                : new StoreEvent(tombstone, segments.segmentOf(previousPosition), Position.offset(previousPosition));
    }

    /** The index has taken in the record at this position. */
    void remembered(long position, int recordLength) {
        segments.segmentOf(position).addLive(recordLength);
        liveBytes += recordLength;
    }

    /** The index has forgotten the record at this position. */
    void forgotten(long position) {
        int recordLength = readUnchecked(position).recordLength();
        segments.segmentOf(position).addLive(-recordLength);
        liveBytes -= recordLength;
    }

    @Override
    public KeyValueRecord read(long position) {
        Segment segment = active;
        if (segment != null && isGathered(position)) {
            return new KeyValueRecord(chunk, flushedInChunk + Position.offset(position) - segment.lengthBytes(), null);
        }
        return segments.read(position);
    }

    /** The record, of whose bytes no answer is made. */
    KeyValueRecord readUnchecked(long position) {
        return isGathered(position) ? read(position) : segments.readUnchecked(position);
    }

    /** Whether the record is not written yet. */
    private boolean isGathered(long position) {
        Segment segment = active;
        return segment != null
                && Position.segmentId(position) == segment.id()
                && Position.offset(position) >= segment.lengthBytes();
    }

    /** Writes what has been gathered. */
    void flush() {
        checkUsable();
        if (chunk.position() == flushedInChunk || active == null) {
            return;
        }
        try {
            active.append(chunk.duplicate().flip().position(flushedInChunk));
            flushedInChunk = chunk.position();
        } catch (IOException cause) {
            throw failed(cause);
        }
    }

    /** What a snapshot may read of the log; everything has been flushed. */
    LogView view(RevisionPairs marks) {
        Segment last = segments.last();
        return new LogView(segments, last == null ? 0 : last.lengthBytes(), marks);
    }

    /** The segments with their lengths; everything has been flushed. */
    List<SegmentLength> lengths() {
        return segments.order().stream()
                .map(segment -> new SegmentLength(segment.id(), segment.lengthBytes()))
                .toList();
    }

    /** An id for a segment that is written elsewhere; nobody else gets it. */
    long takeId() {
        if (nextId > Position.SEGMENT_ID_MAX) {
            throw new IllegalStateException("segment ids are used up");
        }
        return nextId++;
    }

    /** Ends the segment that is written to: the next record begins a new one. Everything has been flushed. */
    void endActive() {
        checkUsable();
        try {
            if (active != null) {
                active.seal();
                active = null;
            }
        } catch (IOException cause) {
            throw failed(cause);
        }
    }

    /** From now on positions may point into a segment that was written elsewhere; it has no place in the log yet. */
    void admit(Segment segment) {
        segments = segments.withUnordered(segment);
    }

    /** Gives a run of neighbours up; no position points there any more. What replaces them, if anything, was admitted. */
    void replace(List<Segment> run, @Nullable Segment by) {
        long runLiveBytes = 0;
        for (Segment segment : run) {
            sizeBytes -= segment.lengthBytes();
            runLiveBytes += segment.liveBytes();
        }
        if (by != null) {
            sizeBytes += by.lengthBytes();
            by.addLive(runLiveBytes);
        }
        segments = segments.replaced(run, by);
    }

    /** Closes the files; what was not flushed is dropped. What has been read stays readable. */
    void close() throws IOException {
        segments.close();
    }

    /** Makes room for a record and returns the position it will have. */
    private long reserve(long lengthBytes, boolean tombstone) {
        checkUsable();
        if (lengthBytes > RecordFormat.RECORD_LENGTH_MAX_BYTES) {
            throw new IllegalArgumentException("a record of " + lengthBytes + " bytes is more than a segment can hold");
        }
        int length = (int) lengthBytes;
        Segment segment = active;
        if (segment == null || segment.freeBytes() - gatheredBytes() < length) {
            segment = roll(length);
        }
        if (chunk.remaining() < length) {
            flush();
            chunk = ByteBuffer.allocate(Math.max(CHUNK_BYTES, length));
            flushedInChunk = 0;
        }
        sizeBytes += length;
        return Position.pack(segment.id(), segment.lengthBytes() + gatheredBytes(), tombstone);
    }

    private int gatheredBytes() {
        return chunk.position() - flushedInChunk;
    }

    /** Begins a segment that has room for a record of this length. */
    private Segment roll(int recordLength) {
        flush();
        try {
            if (active != null) {
                active.seal();
            }
            int capacity = Math.max(options.segmentSizeBytes(), SegmentFormat.HEADER_BYTES + recordLength);
            Segment segment = Segment.create(directory, takeId(), capacity, writes);
            segments = segments.with(segment);
            active = segment;
            sizeBytes += SegmentFormat.HEADER_BYTES;
            return segment;
        } catch (IOException cause) {
            throw failed(cause);
        }
    }

    private void checkUsable() {
        if (failure != null) {
            throw new IllegalStateException("the store refuses work after a failed write", failure);
        }
    }

    private UncheckedIOException failed(IOException cause) {
        failure = cause;
        return new UncheckedIOException("cannot write the store's segments in " + directory, cause);
    }
}
