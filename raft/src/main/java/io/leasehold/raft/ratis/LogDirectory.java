package io.leasehold.raft.ratis;

import io.leasehold.raft.LogCorruptedException;
import io.leasehold.raft.LogGapException;
import io.leasehold.raft.LogStartException;
import java.io.IOException;
import java.io.Reader;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log's segment files, looked at before the engine opens them: whether they join on to the caller's state, and whether
 * the open one ends well. A torn end is cut off here, because the engine would refuse it; see {@link SegmentScan}.
 */
final class LogDirectory {

    private static final Logger LOG = LoggerFactory.getLogger(LogDirectory.class);
    private static final Pattern CLOSED = Pattern.compile("log_(\\d+)-(\\d+)");
    private static final Pattern OPEN = Pattern.compile("log_inprogress_(\\d+)");

    /** One file; {@code end} is the index of its last entry, or {@link #STILL_OPEN}. */
    private record Segment(Path path, long start, long end) {

        private static final long STILL_OPEN = Long.MAX_VALUE;

        boolean isOpen() {
            return end == STILL_OPEN;
        }
    }

    /** The engine's own file of term and vote. */
    private static final String PROMISES = "raft-meta";

    /**
     * Where the next entry goes.
     *
     * @param offsetBytes 0 for a file that has no header yet, or is not there
     * @param nextIndex its Ratis index
     */
    record End(Path file, long offsetBytes, long nextIndex) {}

    private final Path directory;

    private LogDirectory(Path directory) {
        this.directory = directory;
    }

    static LogDirectory of(RatisSettings settings) {
        return at(settings.directory(), settings.groupId());
    }

    static LogDirectory at(Path directory, UUID groupId) {
        return new LogDirectory(directory.resolve(groupId.toString()).resolve("current"));
    }

    /**
     * Makes sure that the log can be opened and replayed behind {@code appliedIndex}.
     *
     * @throws LogGapException when entries between the state and the log are missing
     * @throws LogCorruptedException when the open segment is damaged; it is left as it is
     */
    void check(long appliedIndex) {
        List<Segment> segments = segments();
        if (segments.isEmpty()) {
            if (appliedIndex > 0 && !Files.isRegularFile(directory.resolve(PROMISES))) {
                throw gap(appliedIndex, "the log is missing");
            }
            return;
        }
        long firstIndex = LogIndex.fromRatis(segments.getFirst().start());
        if (firstIndex > appliedIndex + 1) {
            throw gap(appliedIndex, "the log begins at entry " + firstIndex);
        }
        Segment last = segments.getLast();
        long lastIndex = LogIndex.fromRatis(last.isOpen() ? checkOpen(last) : last.end());
        if (lastIndex < appliedIndex) {
            throw gap(appliedIndex, "the log ends at entry " + lastIndex);
        }
        if (last.isOpen()) {
            force(last.path());
        }
    }

    /**
     * What a killed process had written and not forced is there to be read, but a power cut would still take it away; the
     * engine takes all that it reads for forced.
     */
    private static void force(Path segment) {
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            channel.force(true);
        } catch (IOException failed) {
            throw new LogStartException("cannot force the log file " + segment, failed);
        }
    }

    /** Forces the names in a directory to disk: a file that was made or moved there is there after a power cut. */
    static void forceNames(Path directory) throws IOException {
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    /**
     * Forgets every entry durably: the caller's state holds their effect. What the member has promised, its term and vote, stays.
     *
     * @throws LogStartException when the disk refuses
     */
    void forgetEntries() {
        for (Segment segment : segments()) {
            try {
                Files.delete(segment.path());
            } catch (IOException failed) {
                throw new LogStartException("cannot delete the log file " + segment.path(), failed);
            }
        }
        // Also when nothing is left to delete: whoever deleted it may have been killed before this.
        if (Files.isDirectory(directory)) {
            try {
                forceNames(directory);
            } catch (IOException failed) {
                throw new LogStartException("cannot force the names in " + directory, failed);
            }
        }
    }

    Path path() {
        return directory;
    }

    /**
     * The newest term that this member has heard of.
     *
     * @throws LogStartException when the engine has left no word of it
     */
    long term() {
        Path file = directory.resolve(PROMISES);
        Properties promises = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            promises.load(reader);
            return Long.parseLong(promises.getProperty("term", ""));
        } catch (IOException | NumberFormatException failed) {
            throw new LogStartException("cannot read the term in " + file, failed);
        }
    }

    /** Where the next entry goes, of a log that was {@linkplain #check checked}. */
    End end(long appliedIndex) {
        List<Segment> segments = segments();
        if (!segments.isEmpty() && segments.getLast().isOpen()) {
            SegmentScan scan = scan(segments.getLast());
            return new End(segments.getLast().path(), scan.validBytes(), scan.nextIndex());
        }
        long next = (segments.isEmpty()
                        ? LogIndex.toRatis(appliedIndex)
                        : segments.getLast().end())
                + 1;
        return new End(directory.resolve("log_inprogress_" + next), 0, next);
    }

    /** The first damaged record in any segment, for telling where it is after the engine has refused to start. */
    Optional<LogCorruptedException> firstDamage() {
        for (Segment segment : segments()) {
            SegmentScan scan = scan(segment);
            if (scan.ending() != SegmentScan.Ending.CLEAN
                    || (!segment.isOpen() && scan.nextIndex() != segment.end() + 1)) {
                return Optional.of(corrupted(segment, scan));
            }
        }
        return Optional.empty();
    }

    /** Returns the Ratis index of the last whole entry. */
    private long checkOpen(Segment open) {
        SegmentScan scan = scan(open);
        switch (scan.ending()) {
            case CLEAN -> {}
            case TORN -> cut(open, scan);
            case DAMAGED -> throw corrupted(open, scan);
        }
        return scan.nextIndex() - 1;
    }

    private void cut(Segment open, SegmentScan scan) {
        try (FileChannel channel = FileChannel.open(open.path(), StandardOpenOption.WRITE)) {
            channel.truncate(scan.validBytes());
            channel.force(true);
        } catch (IOException failed) {
            throw new LogStartException("cannot cut the half-written end off " + open.path(), failed);
        }
        LOG.warn(
                "cut a half-written entry off the log file={} offsetBytes={} index={}",
                open.path(),
                scan.validBytes(),
                LogIndex.fromRatis(scan.nextIndex()));
    }

    private List<Segment> segments() {
        List<Segment> segments = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return segments;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "log_*")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                Matcher closed = CLOSED.matcher(name);
                Matcher open = OPEN.matcher(name);
                if (closed.matches()) {
                    segments.add(new Segment(file, Long.parseLong(closed.group(1)), Long.parseLong(closed.group(2))));
                } else if (open.matches()) {
                    segments.add(new Segment(file, Long.parseLong(open.group(1)), Segment.STILL_OPEN));
                }
            }
        } catch (IOException failed) {
            throw new LogStartException("cannot read the log directory " + directory, failed);
        }
        segments.sort(Comparator.comparingLong(Segment::start));
        return segments;
    }

    private static SegmentScan scan(Segment segment) {
        try {
            return SegmentScan.of(Files.readAllBytes(segment.path()), segment.start());
        } catch (IOException failed) {
            throw new LogStartException("cannot read the log file " + segment.path(), failed);
        }
    }

    private LogGapException gap(long appliedIndex, String what) {
        return new LogGapException(
                appliedIndex,
                what + ", but the state contains entries up to " + appliedIndex + " (log directory " + directory
                        + "); bring back the log that belongs to this state, or restore both from a snapshot");
    }

    private static LogCorruptedException corrupted(Segment segment, SegmentScan scan) {
        long readable = LogIndex.fromRatis(scan.nextIndex() - 1);
        return new LogCorruptedException(
                segment.path(),
                scan.validBytes(),
                "the log file " + segment.path() + " is damaged at byte " + scan.validBytes() + ": "
                        + (scan.problem().isEmpty() ? "entries are missing" : scan.problem())
                        + "; entries up to " + readable + " are readable. Acknowledged writes may be lost if it is cut"
                        + " there: restore the data directory from a backup or a snapshot");
    }
}
