package io.leasehold.mvcc;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The store's directory, as those see it who make checkpoints: what must be forced, and what may be deleted.
 *
 * <p>A segment that was written anew is <em>retired</em>: the store reads it no more, but a manifest on disk may name it, and
 * so may a checkpoint that was captured and is not on disk yet. Its file goes when neither does.
 */
final class StoreFiles {
    private final Path directory;

    /** By id. The writer thread adds, the thread that makes checkpoints removes. */
    private final Map<Long, RetiredSegment> retired = new ConcurrentHashMap<>();

    /** Names of segments up to here are on disk. Only the thread that forces. */
    private long directoryForcedId;

    StoreFiles(Path directory, List<RetiredSegment> retired) {
        this.directory = directory;
        retired.forEach(segment -> this.retired.put(segment.id(), segment));
    }

    /** Where the segments lie. */
    Path directory() {
        return directory;
    }

    /** The store gives these up. Before a table without them is published. Writer thread. */
    void retire(List<Segment> segments) {
        segments.forEach(
                segment -> retired.put(segment.id(), new RetiredSegment(segment.id(), segment.file(), segment)));
    }

    /** Ids of what has been given up and not been deleted. Any thread. */
    Set<Long> retiredIds() {
        return Set.copyOf(retired.keySet());
    }

    /** Deletes those of the given files that were retired, in the order of their ids. One background thread. */
    void delete(Set<Long> ids) throws IOException {
        for (long id : new TreeSet<>(ids)) {
            RetiredSegment segment = retired.get(id);
            if (segment != null) {
                segment.delete();
                retired.remove(id);
            }
        }
    }

    /** See {@link RevisionStore#force}. */
    void force(StorePosition upTo, SegmentTable segments) throws IOException {
        long lastId = directoryForcedId;
        for (SegmentLength length : upTo.segments()) {
            segment(length, segments).force(length.lengthBytes());
            lastId = Math.max(lastId, length.segmentId());
        }
        if (lastId > directoryForcedId) {
            forceNames();
            directoryForcedId = lastId;
        }
    }

    /** Forces the names in the directory to disk. */
    void forceNames() throws IOException {
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    /** See {@link RevisionStore#files}. */
    Map<Path, Long> files(StorePosition upTo) {
        Map<Path, Long> files = new LinkedHashMap<>();
        for (SegmentLength length : upTo.segments()) {
            files.put(directory.resolve(SegmentFormat.fileName(length.segmentId())), length.lengthBytes());
        }
        return files;
    }

    /** It may have been retired since the position was taken. */
    private Segment segment(SegmentLength length, SegmentTable segments) {
        Segment known = segments.segment(length.segmentId());
        if (known != null) {
            return known;
        }
        RetiredSegment given = retired.get(length.segmentId());
        if (given == null || given.segment() == null) {
            throw new IllegalStateException("no such segment: " + length);
        }
        return given.segment();
    }
}
