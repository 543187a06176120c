package io.leasehold.simulation;

import io.leasehold.lease.LeaseClock;
import io.leasehold.mvcc.StoreOptions;
import io.leasehold.server.loop.TurnLoop;
import io.leasehold.server.replica.FetchedState;
import io.leasehold.server.replica.ReplicaNode;
import io.leasehold.server.replica.ReplicaSettings;
import io.leasehold.server.replica.ReplicaTurns;
import io.leasehold.server.watch.WatchSettings;
import io.leasehold.statemachine.Member;
import io.leasehold.statemachine.Quota;
import io.leasehold.statemachine.StateMachine;
import io.leasehold.statemachine.StateMachineOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** What lives of a member from a start to a crash: a real replica, its owners driven turn by turn, and its end of the log. */
final class MemberProcess implements RaftHost {
    static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(1);
    private static final long CLUSTER_ID = 1;
    /** As the server's: until a removed member asks first whether the others do without it. */
    private static final long REMOVED_PAUSE_NANOS = 2 * Agenda.SECOND;

    private static final long ASK_AGAIN_NANOS = Agenda.SECOND;

    private static final long QUIET_NANOS = 30 * Agenda.SECOND;
    private static final int SEGMENT_SIZE_BYTES = 8 << 10;

    private final SimulatedMember member;
    private final Cluster cluster;
    private final Agenda agenda;
    private final Conditions conditions;
    private final SimulatedClock clock;
    final StateMachine machine;
    final RaftMember raft;
    final ReplicaNode node;
    private final ReplicaTurns turns;

    private boolean ended;
    private int openRequests;
    private long keeperTurnNanos;

    /** Recovers the state and opens the log; nothing has a turn yet. Throws what the disk throws. */
    MemberProcess(SimulatedMember member, Cluster cluster, SimulatedClock clock) throws IOException {
        this.member = member;
        this.cluster = cluster;
        this.agenda = cluster.agenda;
        this.conditions = cluster.conditions();
        this.clock = clock;
        LeaseClock leaseClock = new LeaseClock(clock.nanos());
        StateMachineOptions options = options(member.number + 1, founders(member.founders));
        Path directory = Files.createDirectories(member.files.path("/member"));
        FetchedState fetched = new FetchedState(directory);
        fetched.settle(clusterId -> member.disk.forgetEntries());
        machine = StateMachine.open(directory.resolve("state"), options, leaseClock.now());
        raft = new RaftMember(member.number, this, agenda, member.disk, cluster);
        node = new ReplicaNode(
                new ReplicaSettings(
                        CLUSTER_ID,
                        member.number + 1,
                        "m" + member.number,
                        List.of(),
                        ELECTION_TIMEOUT,
                        100_000,
                        conditions.checkpointEntries,
                        Long.MAX_VALUE,
                        member.strictReconfiguration),
                new WatchSettings(Duration.ofMinutes(10).toNanos(), 1 << 20),
                machine,
                raft,
                leaseClock,
                clock,
                new SplittableRandom(agenda.random.nextLong()),
                (what, cause) -> {
                    if (LackOfRoom.caused(cause)) {
                        throw new LackOfRoom(cause);
                    }
                    throw new PromiseBroken("member " + member.number + " halts, " + what, cause);
                },
                new WorkerThread(member, this, agenda));
        node.exchangeStates(
                directory.resolve("given"),
                fetched.fetched(),
                (state, leastIndex) -> FetchedState.accept(state, options, leastIndex),
                new WorkerThread(member, this, agenda));
        turns = ReplicaTurns.start(node);
    }

    /** The first members of a cluster; none for who joins one. */
    static List<Member> founders(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(id -> new Member(id, "m" + id, List.of("http://m" + id), List.of(), false))
                .toList();
    }

    static StateMachineOptions options(long memberId, List<Member> members) {
        return new StateMachineOptions(
                CLUSTER_ID, memberId, "m" + memberId, members, Quota.UNLIMITED, new StoreOptions(SEGMENT_SIZE_BYTES));
    }

    /** The owners take turns from here on. */
    void begin() {
        keeperTurnNanos = agenda.nowNanos();
        trace("starts from entry " + machine.appliedIndex());
        turnKeeper(turns.keeper());
        turnOften(
                turns.proposer(),
                () -> agenda.oneIn(conditions.proposerPauseOneIn)
                        ? agenda.random.nextLong(conditions.proposerPauseMaxMillis * Agenda.MILLI)
                        : 12 * Agenda.MILLI);
        turnOften(turns.questions(), () -> agenda.oneIn(50) ? agenda.delayNanos(400) : 15 * Agenda.MILLI);
        turnOften(turns.watches(), () -> agenda.oneIn(20) ? agenda.delayNanos(400) : 30 * Agenda.MILLI);
        turns.fetch().ifPresent(this::turnFetch);
        turnRewriter();
        turnApplier();
        var unused = node.removed()
                .thenRun(() -> whenRunning(REMOVED_PAUSE_NANOS, () -> member.leaveWhenLetGo(this, ASK_AGAIN_NANOS)));
        if (conditions.membersChange()) {
            askWhenQuiet(machine.appliedIndex());
        }
    }

    /** A member that has applied nothing for a while asks the others whether they have removed it. */
    private void askWhenQuiet(long appliedIndex) {
        whenRunning(QUIET_NANOS, () -> {
            if (machine.appliedIndex() == appliedIndex && cluster.isLetGo(member)) {
                member.leave();
            } else {
                askWhenQuiet(machine.appliedIndex());
            }
        });
    }

    /** It is gone: nothing of it happens any more. */
    void end() {
        ended = true;
        try {
            machine.close();
        } catch (IOException e) {
            if (!LackOfRoom.caused(e)) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Notes a client's request that waits for its answer; to be run when that comes. */
    Runnable awaitAnswer() {
        openRequests++;
        return () -> openRequests--;
    }

    /** Whether nobody waits for an answer from it. */
    boolean hasAnsweredAll() {
        return openRequests == 0;
    }

    @Override
    public void whenRunning(long afterNanos, Runnable action) {
        if (ended) {
            return;
        }
        if (afterNanos == 0 && !member.stalled()) {
            runUntilItHalts(action);
        } else {
            agenda.after(Math.max(afterNanos, member.stallLeftNanos()), () -> whenRunning(0, action));
        }
    }

    /** What an owner lets out ends a process, as on a thread of its own: here that may be for want of room alone. */
    private void runUntilItHalts(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | LackOfRoom thrown) {
            if (!LackOfRoom.caused(thrown)) {
                throw thrown;
            }
            member.haltForLackOfRoom(this);
        }
    }

    @Override
    public boolean diskIsFull() {
        return member.diskIsFull();
    }

    @Override
    public long diskDelayNanos() {
        return member.diskDelayNanos();
    }

    @Override
    public void committed(long index, LogDisk.Entry entry) {
        cluster.observer.committed(index, entry);
    }

    @Override
    public void unknown() {
        member.crash(agenda.delayNanos(conditions.downMaxMillis));
    }

    @Override
    public void trace(String what) {
        member.trace(what);
    }

    private void turnOften(TurnLoop.Turns owner, LongSupplier pauseMaxNanos) {
        whenRunning(agenda.random.nextLong(pauseMaxNanos.getAsLong() + 1) + 1, () -> {
            owner.turn();
            turnOften(owner, pauseMaxNanos);
        });
    }

    private void turnFetch(TurnLoop.Turns fetch) {
        whenRunning(agenda.random.nextLong(100 * Agenda.MILLI) + 1 + member.diskDelayNanos(), () -> {
            member.dieOrDo(fetch::turn);
            if (node.fetched().isDone()) {
                member.goOnWithFetchedState();
            } else {
                turnFetch(fetch);
            }
        });
    }

    /** It writes to the disk, so it may be killed on the way. */
    private void turnRewriter() {
        whenRunning(agenda.random.nextLong(60 * Agenda.MILLI) + 1, () -> {
            member.dieOrDo(turns.rewriter()::turn);
            turnRewriter();
        });
    }

    private void turnApplier() {
        long pauseNanos = agenda.oneIn(conditions.applierPauseOneIn)
                ? agenda.random.nextLong(conditions.applierPauseMaxMillis * Agenda.MILLI)
                : agenda.random.nextLong(15 * Agenda.MILLI);
        whenRunning(pauseNanos + 1, () -> {
            long before = machine.appliedIndex();
            turns.applier().turn();
            if (machine.appliedIndex() != before) {
                member.applied(machine);
            }
            turnApplier();
        });
    }

    private void turnKeeper(TurnLoop.Turns keeper) {
        long pauseNanos = agenda.oneIn(conditions.keeperPauseOneIn)
                ? 50 * Agenda.MILLI + agenda.random.nextLong(400 * Agenda.MILLI)
                : agenda.random.nextLong(16 * Agenda.MILLI);
        whenRunning(pauseNanos + 1, () -> {
            if (agenda.oneIn(conditions.keeperHeldUpOneIn)) {
                clock.holdUp(agenda.nowNanos() - member.anyMomentSince(keeperTurnNanos));
            }
            keeperTurnNanos = agenda.nowNanos();
            keeper.turn();
            turnKeeper(keeper);
        });
    }
}
