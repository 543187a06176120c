package io.leasehold.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run from one seed: members, clients, faults, and the checkers that throw {@link PromiseBroken} at the first promise
 * that is not kept. The same seed gives the same run, always.
 */
public final class World {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long FAULTY_NANOS = 40 * Agenda.SECOND;
    /** The longest TTL of the clients, 1.4 times, a grace, an election or two, and what hangs on time-outs. */
    private static final long SETTLING_NANOS = 30 * Agenda.SECOND;

    private final long seed;
    private final @Nullable Consumer<String> trace;

    /** What happened in a run, to see that it was about something. */
    public record Tally(long acknowledged, long denied, long expired, long reads, long writes, long watchEvents) {
        /** Both together. */
        public Tally plus(Tally other) {
            return new Tally(
                    acknowledged + other.acknowledged,
                    denied + other.denied,
                    expired + other.expired,
                    reads + other.reads,
                    writes + other.writes,
                    watchEvents + other.watchEvents);
        }
    }

    /** A world of that seed; {@code trace} gets a line for whatever happens; null for none. */
    public World(long seed, @Nullable Consumer<String> trace) {
        this.seed = seed;
        this.trace = trace;
    }

    /** Faults for a while, then none, until every lease must have ended. */
    public Tally run() {
        return in((agenda, cluster) -> {
            Clients clients = new Clients(cluster);
            Watching watching = new Watching(cluster);
            agenda.run(2 * Agenda.SECOND);
            clients.begin();
            watching.begin();
            cluster.beginFaults();
            agenda.run(FAULTY_NANOS);
            cluster.endFaults();
            clients.end();
            agenda.run(SETTLING_NANOS);
            Observer observer = cluster.observer;
            if (observer.liveLeases() > 0) {
                throw new PromiseBroken("P4", observer.liveLeases() + " leases do not end");
            }
            LeasePromises leases = observer.leases;
            return new Tally(
                    leases.acknowledged(),
                    leases.denied(),
                    leases.expired(),
                    clients.answeredReads(),
                    clients.answeredWrites(),
                    watching.seen());
        });
    }

    private interface Story {
        Tally tell(Agenda agenda, Cluster cluster);
    }

    private Tally in(Story story) {
        Agenda agenda = new Agenda(seed);
        Path directory = newDirectory();
        int members = agenda.oneIn(3) ? 5 : 3;
        @Nullable Consumer<String> reader = trace;
        @Nullable
        Consumer<String> timed =
                reader == null ? null : what -> reader.accept(LeasePromises.millis(agenda.nowNanos()) + " " + what);
        Observer observer = new Observer(agenda, directory.resolve("observer"), members, timed);
        try (Cluster cluster = new Cluster(agenda, observer, directory, members)) {
            return story.tell(agenda, cluster);
        }
    }

    private static Path newDirectory() {
        try {
            return Files.isDirectory(MEMORY)
                    ? Files.createTempDirectory(MEMORY, "leasehold-simulation")
                    : Files.createTempDirectory("leasehold-simulation");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
