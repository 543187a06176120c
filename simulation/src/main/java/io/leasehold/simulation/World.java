package io.leasehold.simulation;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run from one seed: members, clients, faults, and the checkers that throw {@link PromiseBroken} at the first promise
 * that is not kept. The same seed and scenario give the same run, always.
 */
public final class World {
    private static final long STARTING_NANOS = 2 * Agenda.SECOND;
    /** Until everybody runs again when the faults are over: the longest stall, the longest time down, an election. */
    private static final long CALM_LIMIT_NANOS = 30 * Agenda.SECOND;

    /** Until a member that fetched a state from one that is gone gives that up, and has fetched it from another one. */
    private static final long LEVEL_LIMIT_NANOS = 120 * Agenda.SECOND;

    private static final long STEP_NANOS = 50 * Agenda.MILLI;
    /** What a lease may be late by besides: owners' pauses, refusals, the way of its expiry into the log. */
    private static final long SLACK_NANOS = 2 * Agenda.SECOND;

    private static final long GRACE_NANOS = 2 * MemberProcess.ELECTION_TIMEOUT.toNanos();
    /** A leader that does not last leads for 0.3 of the TTL. */
    private static final double REIGN_OF_TTL = 0.3;

    private final Scenario scenario;
    private final Agenda agenda;
    private final Conditions conditions;
    private final Cluster cluster;
    private long leaderlessNanos;

    /** What happened in a run, to see that it was about something. */
    public record Tally(
            long acknowledged,
            long denied,
            long expired,
            long reads,
            long writes,
            long watchEvents,
            long memberChanges) {
        static final Tally NOTHING = new Tally(0, 0, 0, 0, 0, 0, 0);

        /** Both together. */
        public Tally plus(Tally other) {
            return new Tally(
                    acknowledged + other.acknowledged,
                    denied + other.denied,
                    expired + other.expired,
                    reads + other.reads,
                    writes + other.writes,
                    watchEvents + other.watchEvents,
                    memberChanges + other.memberChanges);
        }
    }

    /** A world of that seed; {@code trace} gets a line for whatever happens; null for none. */
    public World(long seed, Scenario scenario, @Nullable Consumer<String> trace) {
        this.scenario = scenario;
        agenda = new Agenda(seed);
        conditions = scenario.conditions();
        int members = Cluster.size(agenda, conditions);
        Consumer<String> timed =
                trace == null ? null : what -> trace.accept(LeasePromises.millis(agenda.nowNanos()) + " " + what);
        cluster = new Cluster(agenda, conditions, new Observer(agenda, members, timed), members);
    }

    /** Runs a seed in the scenario of that name: for callers in another class loader. */
    public static Tally run(long seed, String scenario) {
        return new World(seed, Scenario.valueOf(scenario), null).run();
    }

    /** Lets it all happen; throws PromiseBroken. Once. */
    public Tally run() {
        return scenario == Scenario.NO_LASTING_LEADER ? runWithoutALastingLeader() : runWithFaults();
    }

    /** Faults for a while, then none, until every lease must have ended. */
    private Tally runWithFaults() {
        LeaseHolders holders = new LeaseHolders(cluster);
        KeyUsers keys = new KeyUsers(cluster);
        Watching watching = new Watching(cluster);
        Administrator administrator = new Administrator(cluster);
        agenda.run(STARTING_NANOS);
        holders.begin();
        keys.begin();
        watching.begin();
        administrator.begin();
        cluster.beginFaults();
        agenda.run(conditions.faultySeconds * Agenda.SECOND);
        cluster.endFaults();
        administrator.end();
        holders.end();
        keys.end();
        awaitCalm();
        awaitEnds(agenda.nowNanos());
        awaitLevel();
        awaitMembership();
        cluster.requireEqual();
        watching.requireAllSeen();
        LeasePromises leases = cluster.observer.leases;
        return new Tally(
                leases.acknowledged(),
                leases.denied(),
                leases.expired(),
                keys.answeredReads(),
                keys.answeredWrites(),
                watching.seen(),
                administrator.changed());
    }

    /**
     * P4: leases that are not renewed end within their bound although the leader changes every 0.3 TTL, for ever. No
     * restarts, no losses.
     */
    private Tally runWithoutALastingLeader() {
        cluster.endFaults();
        LeaseHolders holders = new LeaseHolders(cluster);
        agenda.run(STARTING_NANOS);
        awaitCalm();
        LeaseHolders.IDS.forEach(id -> holders.grant(id, conditions.ttlMaxMillis / 1_000));
        agenda.run(Agenda.SECOND);
        holders.renewEverywhere(1);
        agenda.run(Agenda.SECOND);
        flap();
        LeaseHolders.IDS.forEach(holders::renewEverywhere);
        awaitEnds(agenda.nowNanos());
        LeasePromises leases = cluster.observer.leases;
        return new Tally(leases.acknowledged(), leases.denied(), leases.expired(), 0, 0, 0, 0);
    }

    private void flap() {
        cluster.deposeAll();
        agenda.after((long) (REIGN_OF_TTL * conditions.ttlMaxMillis * Agenda.MILLI), this::flap);
    }

    private void awaitCalm() {
        long limitNanos = agenda.nowNanos() + CALM_LIMIT_NANOS;
        while (!cluster.calm()) {
            agenda.run(STEP_NANOS);
            if (agenda.nowNanos() > limitNanos) {
                throw new PromiseBroken("P4", "without faults nobody leads");
            }
        }
    }

    private void awaitEnds(long sinceNanos) {
        countLeaderless();
        while (cluster.observer.liveLeases() > 0) {
            agenda.run(STEP_NANOS);
            cluster.observer.leases.requireEnded(sinceNanos, leaderlessNanos + GRACE_NANOS + SLACK_NANOS);
        }
    }

    private void awaitLevel() {
        long limitNanos = agenda.nowNanos() + LEVEL_LIMIT_NANOS;
        while (!cluster.level()) {
            agenda.run(STEP_NANOS);
            if (agenda.nowNanos() > limitNanos) {
                throw new PromiseBroken("P3", "without faults members do not catch up: " + cluster.progress());
            }
        }
    }

    private void awaitMembership() {
        long limitNanos = agenda.nowNanos() + LEVEL_LIMIT_NANOS;
        while (!cluster.membershipIsSettled()) {
            agenda.run(STEP_NANOS);
            if (agenda.nowNanos() > limitNanos) {
                throw new PromiseBroken("members", "without faults they do not settle: " + cluster.membership());
            }
        }
    }

    private void countLeaderless() {
        long tickNanos = 5 * Agenda.MILLI;
        agenda.after(tickNanos, () -> {
            if (!cluster.anyoneServes()) {
                leaderlessNanos += tickNanos;
            }
            countLeaderless();
        });
    }
}
