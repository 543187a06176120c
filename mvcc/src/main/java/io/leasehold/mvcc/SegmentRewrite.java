package io.leasehold.mvcc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Neighbouring segments that hold little which is still needed, being written anew as one.
 *
 * <pre>
 *   writer:      RevisionStore.planRewrite ─┐                            ┌─► RevisionStore.beginMove, then compactSome
 *   background:                             └─► copySome … copySome ─────┘
 * </pre>
 *
 * <p>Between the two calls of the writer it belongs to one background thread, which copies in slices of the caller's size and
 * has each on disk before it begins the next. It checks every record's checksum, and keeps what {@link Survival} says. Nobody
 * reads the new file before the writer takes it over, so a crash, an abandoned or a failed rewrite leaves a file that no manifest
 * names and the next start deletes.
 */
public final class SegmentRewrite {
    private static final int CHUNK_BYTES = 256 << 10;

    private final StoreFiles files;
    private final SegmentWrites writes;
    private final Survival survival;
    private final List<Segment> run;
    private final long newId;
    private final Path file;
    private final Relocations relocations;
    private final LogMarks marks = new LogMarks();
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);

    /** The segment being read, as an index of the run, and the next record in it. */
    private int runIndex;

    private int offset = SegmentFormat.HEADER_BYTES;
    private long firstMain;
    private long lastMain;

    /** Opened with the first record that is kept. */
    private @Nullable FileChannel channel;

    private int writtenBytes;
    private long sparedBytes;

    /** The new file when all is done; null if nothing was kept. */
    private @Nullable Segment copied;

    private boolean finished;

    SegmentRewrite(StoreFiles files, SegmentWrites writes, Survival survival, List<Segment> run, long newId) {
        this.files = files;
        this.writes = writes;
        this.survival = survival;
        this.run = run;
        this.newId = newId;
        this.file = files.directory().resolve(SegmentFormat.fileName(newId));
        this.relocations = new Relocations(run, newId);
    }

    /**
     * Copies on, and has it on disk. Background thread.
     *
     * @param byteLimit about how many bytes to read, at least 1
     * @return whether there is more to copy
     * @throws StoreCorruptedException if a record fails its checksum; to be {@link #abandon abandoned} then
     * @throws IOException if the disk refuses; to be abandoned then. The store is none the worse for it
     */
    public boolean copySome(int byteLimit) throws IOException {
        if (survival.prepareSome()) {
            return true;
        }
        long readBytes = 0;
        while (runIndex < run.size() && readBytes < byteLimit) {
            Segment segment = run.get(runIndex);
            if (offset < segment.lengthBytes()) {
                readBytes += copyRecord(segment);
            } else {
                runIndex++;
                offset = SegmentFormat.HEADER_BYTES;
            }
        }
        writeChunk();
        if (channel != null) {
            channel.force(false);
        }
        if (runIndex == run.size()) {
            finish();
        }
        return !finished;
    }

    /** Gives it up: closes and deletes the new file. Background thread; not after the writer has taken it over. */
    public void abandon() throws IOException {
        if (channel != null) {
            channel.close();
        }
        Files.deleteIfExists(file);
    }

    /** Bytes of the segments that are written anew. */
    public long oldBytes() {
        return run.stream().mapToLong(Segment::lengthBytes).sum();
    }

    /** Bytes of the new segment so far; 0 if nothing was kept. */
    public long newBytes() {
        return writtenBytes;
    }

    List<Segment> run() {
        return run;
    }

    Relocations relocations() {
        return relocations;
    }

    /** What takes the run's place; null for nothing. When all is copied. */
    @Nullable
    Segment copied() {
        if (!finished) {
            throw new IllegalStateException("not all is copied of " + run);
        }
        return copied;
    }

    /** Takes the marks of the new segment for those of the run. Writer. */
    void replaceMarks(LogMarks ofStore) {
        ofStore.replace(run, firstMain, lastMain, marks.marks());
    }

    private int copyRecord(Segment segment) throws IOException {
        segment.checkRecord(offset, segment.lengthBytes());
        KeyValueRecord record = segment.read(offset);
        int length = record.recordLength();
        long main = record.modRevision();
        firstMain = firstMain == 0 ? main : firstMain;
        lastMain = main;
        Survival.Verdict verdict = survival.of(record, segment, offset);
        if (verdict != Survival.Verdict.DROPPED) {
            sparedBytes += verdict == Survival.Verdict.SPARED ? length : 0;
            int newOffset = append(segment.bytes().slice(offset, length));
            relocations.add(runIndex, offset, newOffset);
            marks.recordAppended(main, Position.pack(newId, newOffset, record.isTombstone()), length);
        }
        offset += length;
        return length;
    }

    /** Returns the offset at which the bytes will lie in the new file. */
    private int append(ByteBuffer record) throws IOException {
        if (channel == null) {
            channel = FileChannel.open(
                    file,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            write(SegmentFormat.header(newId));
        }
        if (chunk.remaining() < record.remaining()) {
            writeChunk();
        }
        int at = writtenBytes + chunk.position();
        if (record.remaining() > chunk.capacity()) {
            write(record);
        } else {
            chunk.put(record);
        }
        return at;
    }

    private void writeChunk() throws IOException {
        if (chunk.position() > 0) {
            write(chunk.flip());
            chunk.clear();
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        int count = bytes.remaining();
        if (channel != null) {
            writes.write(channel, bytes, writtenBytes);
            writtenBytes += count;
        }
    }

    private void finish() throws IOException {
        if (channel != null) {
            copied = Segment.adopt(
                    newId, file, channel, writes, writtenBytes, survival.compactedRevision(), sparedBytes);
            files.forceNames();
        }
        finished = true;
    }
}
