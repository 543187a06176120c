package io.leasehold.mvcc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Opens a store: checks its segments, cuts them to the position, reads them all and builds the index. Used once. */
final class StoreRecovery {
    private final Path directory;
    private final StoreOptions options;
    private final SegmentWrites writes;

    private final KeyIndex index = new KeyIndex();
    private final KeyRun run = new KeyRun();
    private final LogMarks marks = new LogMarks();
    private long lastMain = StorePosition.EMPTY.revision();
    private int lastSub;
    private SegmentTable segments = SegmentTable.EMPTY;
    private long nextId = 1;

    /** Ids of those in which a record names a lease. */
    private final Set<Long> leasedSegments = new HashSet<>();

    /** Files that the position does not need and that stay for now. */
    private final List<RetiredSegment> spared = new ArrayList<>();

    StoreRecovery(Path directory, StoreOptions options, SegmentWrites writes) {
        this.directory = directory;
        this.options = options;
        this.writes = writes;
    }

    /** See {@link RevisionStore#open}. */
    RevisionStore open(StorePosition from, Set<Long> alsoNamed) throws IOException {
        Files.createDirectories(directory);
        for (SegmentLength length : from.segments()) {
            checkFile(length);
        }
        deleteOtherSegments(from, alsoNamed);
        try {
            return openSegments(from);
        } catch (IOException | RuntimeException failure) {
            segments.close();
            throw failure;
        }
    }

    private RevisionStore openSegments(StorePosition from) throws IOException {
        Segment last = null;
        for (SegmentLength length : from.segments()) {
            last = reopen(length, length.equals(from.segments().getLast()));
            segments = segments.with(last);
            read(last);
        }
        run.drainTo(index);
        // The newest records may be gone by a compaction at the newest revision.
        boolean ended = lastMain == from.revision()
                || (lastMain < from.revision() && from.revision() == from.compactedRevision());
        if (!ended) {
            throw new StoreCorruptedException("the segments in " + directory + " end at revision " + lastMain
                    + ", expected " + from.revision() + ": restore this member from a snapshot");
        }
        SegmentLog log = new SegmentLog(directory, options, writes, segments, last, nextId);
        return new RevisionStore(new StoreFiles(directory, spared), log, index, marks, from, leasedSegments);
    }

    /** Looks only: a file of a newer release must not be cut. */
    private void checkFile(SegmentLength length) throws IOException {
        Path file = file(length);
        if (!Files.exists(file)) {
            throw new StoreCorruptedException(
                    "segment file " + file + " is missing: remove this member's data directory and"
                            + " let the member join again, or restore it from a snapshot");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer header = ByteBuffer.allocate(SegmentFormat.HEADER_BYTES);
            while (header.hasRemaining() && channel.read(header) >= 0) {}
            SegmentFormat.checkHeader(header.flip(), length.segmentId(), file.toString());
            if (channel.size() < length.lengthBytes() || length.lengthBytes() < SegmentFormat.HEADER_BYTES) {
                throw SegmentFormat.corrupted(
                        file.toString(), channel.size(), "the file ends before " + length.lengthBytes());
            }
        }
    }

    private void deleteOtherSegments(StorePosition from, Set<Long> alsoNamed) throws IOException {
        Set<String> kept = new HashSet<>();
        for (SegmentLength length : from.segments()) {
            kept.add(SegmentFormat.fileName(length.segmentId()));
            nextId = Math.max(nextId, length.segmentId() + 1);
        }
        for (long id : alsoNamed) {
            if (kept.add(SegmentFormat.fileName(id))) {
                spared.add(new RetiredSegment(id, directory.resolve(SegmentFormat.fileName(id)), null));
            }
            nextId = Math.max(nextId, id + 1);
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SegmentFormat.FILE_NAME_SUFFIX)) {
            for (Path file : files) {
                if (!kept.contains(file.getFileName().toString())) {
                    Files.delete(file);
                }
            }
        }
    }

    private Segment reopen(SegmentLength length, boolean last) throws IOException {
        int lengthBytes = Math.toIntExact(length.lengthBytes());
        int capacityBytes = last ? Math.max(lengthBytes, options.segmentSizeBytes()) : lengthBytes;
        return Segment.reopen(file(length), length, capacityBytes, writes);
    }

    private void read(Segment segment) {
        int end = segment.lengthBytes();
        int offset = SegmentFormat.HEADER_BYTES;
        while (offset < end) {
            segment.checkRecord(offset, end);
            offset += add(segment, offset, segment.read(offset));
        }
    }

    /** Takes a record into the index; returns its length. */
    private int add(Segment segment, int offset, KeyValueRecord record) {
        long main = record.modRevision();
        int sub = record.subRevision();
        if (main < lastMain || (main == lastMain && sub <= lastSub)) {
            throw SegmentFormat.corrupted(
                    segment.file().toString(),
                    offset,
                    "revision " + main + "." + sub + " behind " + lastMain + "." + lastSub);
        }
        lastMain = main;
        lastSub = sub;
        if (record.leaseId() != 0) {
            leasedSegments.add(segment.id());
        }
        long position = Position.pack(segment.id(), offset, record.isTombstone());
        int lengthBytes = record.recordLength();
        run.add(record.key(), main, position);
        if (run.isFull()) {
            run.drainTo(index);
        }
        marks.recordAppended(main, position, lengthBytes);
        segment.addLive(lengthBytes);
        return lengthBytes;
    }

    private Path file(SegmentLength length) {
        return directory.resolve(SegmentFormat.fileName(length.segmentId()));
    }
}
