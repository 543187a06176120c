package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private long sizeBytes;
    private @Nullable IOException failure;

    /** Goes on writing behind the given segments; {@code active} is the last of them if it has room. */
    SegmentLog(
            Path directory,
            StoreOptions options,
            SegmentWrites writes,
            SegmentTable segments,
            @Nullable Segment active,
            long sizeBytes) {
        this.directory = directory;
        this.options = options;
        this.writes = writes;
        this.segments = segments;
        this.active = active;
        this.sizeBytes = sizeBytes;
    }

    SegmentTable segments() {
        return segments;
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

    @Override
    public KeyValueRecord read(long position) {
        Segment segment = active;
        int offset = Position.offset(position);
        if (segment != null && Position.segmentId(position) == segment.id() && offset >= segment.lengthBytes()) {
            return new KeyValueRecord(chunk, flushedInChunk + offset - segment.lengthBytes(), null);
        }
        return segments.read(position);
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
        return new LogView(segments, active == null ? 0 : active.lengthBytes(), marks);
    }

    /** The segments with their lengths; everything has been flushed. */
    List<SegmentLength> lengths() {
        List<SegmentLength> lengths = new ArrayList<>();
        for (long id = segments.firstId(); id <= segments.lastId(); id++) {
            Segment segment = segments.segment(id);
            if (segment != null) {
                lengths.add(new SegmentLength(id, segment.lengthBytes()));
            }
        }
        return lengths;
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
            long id = segments.lastId() + 1;
            if (id > Position.SEGMENT_ID_MAX) {
                throw new IllegalStateException("segment ids are used up");
            }
            Segment segment = Segment.create(directory, id, capacity, writes);
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
