package io.leasehold.statemachine;

import io.leasehold.lease.LeaseTableImage;
import io.leasehold.mvcc.SegmentLength;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The manifests of one member: {@code manifest-<number>}, ascending, two of them kept. A new one is written under
 * another name, forced, renamed and the directory forced, so that at every moment the newest whole file is a durable
 * checkpoint. Owned by the thread that opens it, then by the one that completes checkpoints.
 */
final class ManifestDirectory {
    /** The newest, and the one to fall back to; the log is kept from the older one on. */
    private static final int KEPT = 2;

    /** The name of the first manifest of a directory. */
    static final String FIRST_NAME = "manifest-0000000000000001";

    private static final String UNFINISHED_NAME = "manifest.unfinished";
    private static final Pattern NAME = Pattern.compile("manifest-([0-9a-f]{16})");

    private final Path directory;

    /** Whole manifests, oldest first. */
    private final List<Entry> whole;

    private long lastNumber;

    private ManifestDirectory(Path directory, List<Entry> whole, long lastNumber) {
        this.directory = directory;
        this.whole = whole;
        this.lastNumber = lastNumber;
    }

    /**
     * What was found in a directory.
     *
     * @param newest the newest whole manifest, null if there is no manifest at all
     */
    record Found(ManifestDirectory manifests, @Nullable Manifest newest) {}

    /**
     * Looks the directory through: the newest whole manifest counts, a damaged one is passed over.
     *
     * @throws RecoveryException if there are manifests but no whole one, or a newer release wrote one
     */
    static Found open(Path directory, long nowNanos) throws IOException {
        List<Numbered> files = list(directory);
        List<Entry> whole = new ArrayList<>();
        Manifest newest = null;
        Numbered damaged = null;
        for (Numbered file : files.reversed()) {
            try {
                ManifestHead head;
                if (newest == null) {
                    newest = ManifestFile.read(file.path(), nowNanos);
                    head = newest.head();
                } else {
                    head = ManifestFile.readHead(file.path());
                }
                whole.addFirst(Entry.of(file, head));
            } catch (ManifestFile.DamagedException e) {
                damaged = file;
            }
        }
        if (newest == null && damaged != null) {
            throw new RecoveryException(
                    "no manifest is whole, " + files.size() + " damaged",
                    damaged.path(),
                    "restore the member from the others or from a snapshot");
        }
        long lastNumber = files.isEmpty() ? 0 : files.getLast().number();
        return new Found(new ManifestDirectory(directory, whole, lastNumber), newest);
    }

    /** Makes a manifest durable and forgets those not needed any more. A failure must not be retried. */
    CheckpointMark write(ManifestHead head, LeaseTableImage leases) throws IOException {
        if (!whole.isEmpty() && head.appliedIndex() < whole.getLast().index()) {
            throw new IllegalStateException("checkpoint at index " + head.appliedIndex() + " behind one at "
                    + whole.getLast().index());
        }
        long number = lastNumber + 1;
        Path unfinished = directory.resolve(UNFINISHED_NAME);
        Path file = directory.resolve("manifest-" + HexFormat.of().toHexDigits(number));
        ManifestFile.write(unfinished, head, leases);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        forceNames(directory);
        lastNumber = number;
        whole.add(Entry.of(new Numbered(number, file), head));
        prune();
        Entry newest = whole.getLast();
        Entry oldest = whole.getFirst();
        return new CheckpointMark(newest.index(), newest.term(), oldest.index(), oldest.term());
    }

    /** Ids of all segments that a kept manifest names: those must stay. */
    Set<Long> namedSegments() {
        return whole.stream().flatMap(entry -> entry.segmentIds().stream()).collect(Collectors.toSet());
    }

    /** Deletes all manifests but the newest. */
    void keepNewest() throws IOException {
        while (whole.size() > 1) {
            whole.removeFirst();
        }
        prune();
    }

    /** Forces the names in a directory to disk. */
    static void forceNames(Path directory) throws IOException {
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    private void prune() throws IOException {
        while (whole.size() > KEPT) {
            whole.removeFirst();
        }
        for (Numbered file : list(directory)) {
            if (whole.stream().noneMatch(entry -> entry.number() == file.number())) {
                Files.delete(file.path());
            }
        }
    }

    private static List<Numbered> list(Path directory) throws IOException {
        List<Numbered> files = new ArrayList<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory, "manifest-*")) {
            for (Path path : paths) {
                Matcher name = NAME.matcher(path.getFileName().toString());
                if (name.matches()) {
                    files.add(new Numbered(Long.parseUnsignedLong(name.group(1), 16), path));
                }
            }
        }
        files.sort(Comparator.comparingLong(Numbered::number));
        return files;
    }

    private record Numbered(long number, Path path) {}

    private record Entry(long number, long index, long term, Set<Long> segmentIds) {
        static Entry of(Numbered file, ManifestHead head) {
            Set<Long> segmentIds = head.store().segments().stream()
                    .map(SegmentLength::segmentId)
                    .collect(Collectors.toSet());
            return new Entry(file.number(), head.appliedIndex(), head.appliedTerm(), segmentIds);
        }
    }
}
