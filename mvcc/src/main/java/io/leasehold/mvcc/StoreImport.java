package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Makes a store from the records of another one, with their revisions as they were: for restoring a snapshot. One thread.
 *
 * <p>What it has written counts only once somebody remembers the position that {@link #finish} returns; until then the
 * directory may be thrown away.
 */
public final class StoreImport implements AutoCloseable {
    private final Path directory;
    private final SegmentLog log;
    private long lastMain = StorePosition.EMPTY.revision();
    private long lastSub = -1;

    private StoreImport(Path directory, SegmentLog log) {
        this.directory = directory;
        this.log = log;
    }

    /**
     * Begins a store.
     *
     * @param directory made if it is not there; must be empty
     * @throws IOException if it is not empty or cannot be written
     */
    public static StoreImport begin(Path directory, StoreOptions options) throws IOException {
        Files.createDirectories(directory);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            if (files.iterator().hasNext()) {
                throw new IOException("there are files in " + directory.toAbsolutePath() + " already");
            }
        }
        SegmentLog log = new SegmentLog(directory, options, SegmentWrites.DIRECT, SegmentTable.EMPTY, null, 1);
        return new StoreImport(directory, log);
    }

    /**
     * Adds the record of a put, behind the one before it.
     *
     * @param create the revision in which the key's generation began
     * @param main the revision, above 1
     * @param sub the place in it
     * @param version the number of puts in the generation, from 1
     * @param leaseId 0 for none
     * @throws IOException if the records are not in order, or the disk refuses a write
     */
    public void put(ByteSequence key, long create, long main, int sub, long version, ByteSequence value, long leaseId)
            throws IOException {
        checkOrder(key, main, sub);
        log.appendPut(key, create, main, sub, version, value, leaseId);
    }

    /** Adds the record of a deletion, as {@link #put} adds that of a put. */
    public void tombstone(ByteSequence key, long main, int sub) throws IOException {
        checkOrder(key, main, sub);
        log.appendTombstone(key, main, sub);
    }

    /**
     * Writes everything and forces it to disk.
     *
     * @param revision the store's revision: that of the last record, or above it if {@code compactedRevision} is that, too
     * @param compactedRevision what is below it is taken to be compacted; 0 if nothing is
     * @throws IOException if the disk refuses; nothing may be made of the directory then
     */
    public StorePosition finish(long revision, long compactedRevision) throws IOException {
        log.flush();
        StorePosition position = new StorePosition(Math.max(1, revision), compactedRevision, log.lengths());
        if (revision < lastMain) {
            throw new IOException("the last record is of revision " + lastMain + ", above " + revision);
        }
        for (SegmentLength length : position.segments()) {
            Segment segment = log.segments().segment(length.segmentId());
            if (segment != null) {
                segment.force(length.lengthBytes());
            }
        }
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
        return position;
    }

    @Override
    public void close() throws IOException {
        log.close();
    }

    private void checkOrder(ByteSequence key, long main, int sub) throws IOException {
        if (key.isEmpty() || main < lastMain || main < 2 || (main == lastMain && sub <= lastSub)) {
            throw new IOException("record " + main + "." + sub + " comes behind " + lastMain + "." + lastSub);
        }
        lastMain = main;
        lastSub = sub;
    }
}
