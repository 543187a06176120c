package io.leasehold.mvcc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * One segment file: written through its channel, so that a full disk is an exception, and read through a mapping of the
 * whole file, made once. The file is as long as the mapping from the start (a hole, which takes no space), for a mapping
 * must not reach behind its file's end. On a file system that cannot map, such as one in memory, the segment is read
 * through a copy on the heap that grows with it.
 *
 * <p>The writer thread appends and seals. {@link #read} is any thread's, for offsets below a published length. Nothing
 * unmaps the file: the mapping goes when the last snapshot and record that show it are gone, so a record is valid for as
 * long as it is held.
 */
final class Segment {
    private final long id;
    private final Path file;
    private final FileChannel channel;
    private final SegmentWrites writes;
    private final ByteBuffer mapped;

    /** The bytes that count, header included. Writer thread. */
    private int lengthBytes;

    /** How much of the segment is known to be on disk. Only the thread that forces. */
    private long forcedBytes;

    /** Bytes of its records that the index knows. Writer thread. */
    private long liveBytes;

    /** Bytes of tombstones that were left in it for the sake of segments before it, when it was written anew. */
    private long sparedBytes;

    /** When it was written anew, all records were left out that are dead as of this compaction and below it; 0 if never. */
    private long cleanRevision;

    /** Not worth another look before there is a compaction above this one. Writer thread. */
    private long consideredRevision;

    /** Made when first needed; only by whoever writes other segments anew. */
    private @Nullable KeyFilter keys;

    private Segment(long id, Path file, FileChannel channel, SegmentWrites writes, ByteBuffer mapped, int lengthBytes) {
        this.id = id;
        this.file = file;
        this.channel = channel;
        this.writes = writes;
        this.mapped = mapped;
        this.lengthBytes = lengthBytes;
    }

    /** Makes a new, empty segment of this capacity; whatever file had the name is replaced. */
    static Segment create(Path directory, long id, int capacityBytes, SegmentWrites writes) throws IOException {
        Path file = directory.resolve(SegmentFormat.fileName(id));
        FileChannel channel = openChannel(file, 0, capacityBytes);
        writes.write(channel, SegmentFormat.header(id), 0);
        return new Segment(id, file, channel, writes, map(channel, capacityBytes), SegmentFormat.HEADER_BYTES);
    }

    /**
     * Opens an existing segment, cuts what lies behind {@code lengthBytes} and makes room up to {@code capacityBytes}.
     * The file is at least that long and its header has been checked.
     */
    static Segment reopen(Path file, SegmentLength length, int capacityBytes, SegmentWrites writes) throws IOException {
        int lengthBytes = Math.toIntExact(length.lengthBytes());
        FileChannel channel = openChannel(file, lengthBytes, capacityBytes);
        return new Segment(length.segmentId(), file, channel, writes, map(channel, capacityBytes), lengthBytes);
    }

    /**
     * Takes over a file that was written anew and forced to disk; nothing is appended to it any more.
     *
     * @param cleanRevision the compaction whose garbage was left out
     * @param sparedBytes bytes of tombstones that had to stay for the sake of segments before it
     */
    static Segment adopt(
            long id,
            Path file,
            FileChannel channel,
            SegmentWrites writes,
            int lengthBytes,
            long cleanRevision,
            long sparedBytes)
            throws IOException {
        Segment segment = new Segment(id, file, channel, writes, map(channel, lengthBytes), lengthBytes);
        segment.forcedBytes = lengthBytes;
        segment.cleanRevision = cleanRevision;
        segment.consideredRevision = cleanRevision;
        segment.sparedBytes = sparedBytes;
        return segment;
    }

    long id() {
        return id;
    }

    Path file() {
        return file;
    }

    int lengthBytes() {
        return lengthBytes;
    }

    /** Bytes of its records that the index has forgotten. Writer thread. */
    long garbageBytes() {
        return lengthBytes - SegmentFormat.HEADER_BYTES - liveBytes;
    }

    /** How many of the garbage's bytes had to stay when it was written anew. */
    long sparedBytes() {
        return sparedBytes;
    }

    /** Bytes of its records that the index knows. Writer thread. */
    long liveBytes() {
        return liveBytes;
    }

    /** So many bytes more, or fewer, are known to the index. Writer thread. */
    void addLive(long changeBytes) {
        liveBytes += changeBytes;
    }

    /** Records below this revision that were dead as of it are not in here; 0 if nothing is known. */
    long cleanRevision() {
        return cleanRevision;
    }

    long consideredRevision() {
        return consideredRevision;
    }

    /** Whether to write it anew is not asked again before the next compaction. Writer thread. */
    void considered(long compactedRevision) {
        consideredRevision = compactedRevision;
    }

    /** What its keys are, roughly. For sealed segments; one background thread. */
    KeyFilter keys() {
        KeyFilter known = keys;
        if (known == null) {
            known = KeyFilter.of(this, lengthBytes);
            keys = known;
        }
        return known;
    }

    int freeBytes() {
        return mapped.capacity() - lengthBytes;
    }

    /** The mapped bytes; only absolute reads are made of them. */
    ByteBuffer bytes() {
        return mapped;
    }

    /**
     * The record at this offset, which the index knows, with its checksum compared.
     *
     * @throws StoreCorruptedException if it does not match
     */
    KeyValueRecord readChecked(int offset) {
        checkRecord(offset, mapped.capacity());
        return new KeyValueRecord(mapped, offset, null);
    }

    /** The record at this offset. Only its length is looked at. */
    KeyValueRecord read(int offset) {
        int length = RecordFormat.recordLength(mapped, offset);
        if (length < RecordFormat.HEADER_BYTES || length > mapped.capacity() - offset) {
            throw SegmentFormat.corrupted(file.toString(), offset, "a record of " + length + " bytes");
        }
        return new KeyValueRecord(mapped, offset, null);
    }

    /** Throws StoreCorruptedException unless a whole, unharmed record starts here and ends at or before {@code end}. */
    void checkRecord(int offset, int end) {
        if (!RecordFormat.isSound(mapped, offset, end)) {
            throw SegmentFormat.corrupted(file.toString(), offset, "no whole record with a matching checksum");
        }
    }

    /** Writes the buffer's remaining bytes behind the last ones. */
    void append(ByteBuffer records) throws IOException {
        int count = records.remaining();
        if (!mapped.isDirect()) {
            mapped.put(lengthBytes, records, records.position(), count);
        }
        writes.write(channel, records, lengthBytes);
        lengthBytes += count;
    }

    /** Gives back the room that will not be used. No record lies behind the length, so nobody reads there. */
    void seal() throws IOException {
        channel.truncate(lengthBytes);
    }

    /** Makes sure that the first {@code upToBytes} are on disk. */
    void force(long upToBytes) throws IOException {
        if (forcedBytes < upToBytes) {
            channel.force(false);
            forcedBytes = upToBytes;
        }
    }

    void close() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return file + " (" + lengthBytes + " bytes)";
    }

    /** Opens the file cut to {@code keepBytes} and then made longer, so that what follows reads as zeros. */
    private static FileChannel openChannel(Path file, long keepBytes, long capacityBytes) throws IOException {
        FileChannel opened =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            opened.truncate(keepBytes);
            if (keepBytes < capacityBytes) {
                opened.write(ByteBuffer.allocate(1), capacityBytes - 1);
            }
            return opened;
        } catch (IOException failure) {
            opened.close();
            throw failure;
        }
    }

    private static ByteBuffer map(FileChannel channel, int capacityBytes) throws IOException {
        try {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, capacityBytes);
        } catch (UnsupportedOperationException cannotMap) {
            ByteBuffer copy = ByteBuffer.allocate(capacityBytes);
            while (copy.hasRemaining() && channel.read(copy, copy.position()) >= 0) {}
            return copy.clear();
        }
    }
}
