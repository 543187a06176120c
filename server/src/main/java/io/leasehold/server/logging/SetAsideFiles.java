package io.leasehold.server.logging;

import io.leasehold.server.config.LogRotation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * The earlier files of one log, beside it: {@code name-2026-01-31T12-00-00.000.log} for {@code name.log}, as etcd names
 * them. Files are taken by the one thread that writes; another may tidy meanwhile.
 */
final class SetAsideFiles {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSS", Locale.ROOT);
    private static final String PACKED = ".gz";
    private static final Duration SMALLEST_STEP = Duration.ofMillis(1);

    private final Path log;
    private final Path directory;
    private final LogRotation rotation;
    private final InstantSource clock;
    private final ZoneId zone;
    private final String prefix;
    private final String suffix;
    private Instant lastTaken = Instant.EPOCH;

    SetAsideFiles(Path log, LogRotation rotation, InstantSource clock) {
        this.log = log.toAbsolutePath();
        this.directory = Objects.requireNonNull(this.log.getParent(), "the root directory is no log");
        this.rotation = rotation;
        this.clock = clock;
        this.zone = rotation.localTime() ? ZoneId.systemDefault() : ZoneOffset.UTC;
        String name = log.getFileName().toString();
        int dot = name.lastIndexOf('.');
        this.prefix = (dot < 0 ? name : name.substring(0, dot)) + "-";
        this.suffix = dot < 0 ? "" : name.substring(dot);
    }

    /** An earlier file and when it was put aside. */
    private record SetAside(Path path, Instant when) {}

    /**
     * Puts the log's file aside.
     *
     * @throws IOException when it could not be renamed
     */
    void take() throws IOException {
        Instant when = nextFree();
        Files.move(log, directory.resolve(name(when)));
        lastTaken = when;
    }

    /** Deletes what is too much and packs the rest. What cannot be is left for the next time. May take seconds. */
    synchronized void tidy() {
        try {
            List<SetAside> kept = deleteSurplus(newestFirst());
            for (SetAside each : kept) {
                if (rotation.compressed() && !each.path().toString().endsWith(PACKED)) {
                    pack(each.path());
                }
            }
        } catch (IOException leftForTheNextTime) {
            return;
        }
    }

    /** Names rise, even when two files are put aside within a millisecond or the clock goes back: the newest stay. */
    private Instant nextFree() {
        Instant when = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        if (!when.isAfter(lastTaken)) {
            when = lastTaken.plus(SMALLEST_STEP);
        }
        while (isTaken(name(when))) {
            when = when.plus(SMALLEST_STEP);
        }
        return when;
    }

    private String name(Instant when) {
        return prefix + TIME.format(when.atZone(zone)) + suffix;
    }

    private boolean isTaken(String name) {
        return Files.exists(directory.resolve(name)) || Files.exists(directory.resolve(name + PACKED));
    }

    /** Under another name until it is whole. */
    private static void pack(Path file) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + PACKED + ".part");
        try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(part))) {
            Files.copy(file, packed);
        }
        Files.move(part, file.resolveSibling(file.getFileName() + PACKED), StandardCopyOption.ATOMIC_MOVE);
        Files.delete(file);
    }

    private List<SetAside> deleteSurplus(List<SetAside> newestFirst) throws IOException {
        Instant oldest = clock.instant().minus(Duration.ofDays(rotation.ageMaxDays()));
        List<SetAside> kept = new ArrayList<>();
        for (SetAside each : newestFirst) {
            boolean tooMany = rotation.backupsMax() > 0 && kept.size() >= rotation.backupsMax();
            boolean tooOld = rotation.ageMaxDays() > 0 && each.when().isBefore(oldest);
            if (tooMany || tooOld) {
                Files.deleteIfExists(each.path());
            } else {
                kept.add(each);
            }
        }
        return kept;
    }

    private List<SetAside> newestFirst() throws IOException {
        try (Stream<Path> siblings = Files.list(directory)) {
            return siblings.flatMap(path -> parse(path).stream())
                    .sorted(Comparator.comparing(SetAside::when).reversed())
                    .toList();
        }
    }

    private Optional<SetAside> parse(Path path) {
        String name = path.getFileName().toString();
        String plain = name.endsWith(PACKED) ? name.substring(0, name.length() - PACKED.length()) : name;
        if (!plain.startsWith(prefix)
                || !plain.endsWith(suffix)
                || plain.length() < prefix.length() + suffix.length()) {
            return Optional.empty();
        }
        try {
            String time = plain.substring(prefix.length(), plain.length() - suffix.length());
            return Optional.of(new SetAside(
                    path, LocalDateTime.parse(time, TIME).atZone(zone).toInstant()));
        } catch (DateTimeParseException notOurs) {
            return Optional.empty();
        }
    }
}
