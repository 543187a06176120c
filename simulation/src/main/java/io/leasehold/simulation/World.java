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

    private static final int FLAPPING_LEASES = 5;
    private static final long FLAPPING_TTL_SECONDS = 5;
    /** The renewals' way, a percent of clock rate, pauses of owners, the way of the expiry into the log. */
    private static final long SLACK_NANOS = Agenda.SECOND;

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

    /**
     * P4: leases that are not renewed end within their bound although the leader changes every 0.3 TTL, for ever. No
     * restarts, no losses.
     */
    public void runWithoutALastingLeader() {
        in((agenda, cluster) -> {
            cluster.endFaults();
            Clients clients = new Clients(cluster);
            agenda.run(3 * Agenda.SECOND);
            for (long id = 1; id <= FLAPPING_LEASES; id++) {
                clients.grant(id, FLAPPING_TTL_SECONDS);
            }
            agenda.run(Agenda.SECOND);
            cluster.members.forEach(member -> clients.renew(member, 1));
            agenda.run(Agenda.SECOND);
            long[] leaderlessNanos = new long[1];
            flap(agenda, cluster);
            countLeaderless(agenda, cluster, leaderlessNanos);
            long lastRenewalNanos = agenda.nowNanos();
            for (long id = 1; id <= FLAPPING_LEASES; id++) {
                long lease = id;
                cluster.members.forEach(member -> clients.renew(member, lease));
            }
            long ttlNanos = FLAPPING_TTL_SECONDS * Agenda.SECOND;
            long graceNanos = 2 * SimulatedMember.ELECTION_TIMEOUT.toNanos();
            boolean late = false;
            while (cluster.observer.liveLeases() > 0 && !late) {
                agenda.run(Agenda.SECOND / 100);
                long boundNanos = ttlNanos * 14 / 10 + leaderlessNanos[0] + graceNanos + SLACK_NANOS;
                late = agenda.nowNanos() - lastRenewalNanos > boundNanos;
            }
            if (late) {
                throw new PromiseBroken(
                        "P4",
                        cluster.observer.liveLeases() + " leases are there "
                                + LeasePromises.millis(agenda.nowNanos() - lastRenewalNanos)
                                + " after their last renewal, without"
                                + " a leader for " + LeasePromises.millis(leaderlessNanos[0]));
            }
            LeasePromises leases = cluster.observer.leases;
            return new Tally(leases.acknowledged(), leases.denied(), leases.expired(), 0, 0, 0);
        });
    }

    private static void flap(Agenda agenda, Cluster cluster) {
        cluster.members.forEach(SimulatedMember::depose);
        agenda.after(FLAPPING_TTL_SECONDS * Agenda.SECOND * 3 / 10, () -> flap(agenda, cluster));
    }

    private static void countLeaderless(Agenda agenda, Cluster cluster, long[] nanos) {
        long tickNanos = 5 * Agenda.MILLI;
        agenda.after(tickNanos, () -> {
            if (cluster.members.stream().noneMatch(SimulatedMember::serves)) {
                nanos[0] += tickNanos;
            }
            countLeaderless(agenda, cluster, nanos);
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
