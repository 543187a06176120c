package io.leasehold.simulation;

import io.leasehold.lease.LeaseClock;
import io.leasehold.mvcc.StoreOptions;
import io.leasehold.server.loop.TurnLoop;
import io.leasehold.server.replica.ReplicaNode;
import io.leasehold.server.replica.ReplicaSettings;
import io.leasehold.server.replica.ReplicaTurns;
import io.leasehold.server.watch.WatchSettings;
import io.leasehold.simulation.disk.MemoryDisk;
import io.leasehold.statemachine.Member;
import io.leasehold.statemachine.Quota;
import io.leasehold.statemachine.StateMachine;
import io.leasehold.statemachine.StateMachineOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One member: a real replica, driven turn by turn; its disk and its clock outlive its processes. */
final class SimulatedMember implements RaftHost {
    static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(1);
    private static final long CLUSTER_ID = 1;
    /** Half a second by the slowest clock, with room. */
    private static final long UNCOUNTED_STALL_NANOS = 550 * Agenda.MILLI;

    /** A checkpoint or a start is broken off so often, somewhere within so many accesses to the disk; most need fewer than that. */
    private static final int KILLED_ONE_IN = 20;

    private static final int KILLED_WITHIN_ACCESSES = 20;

    private static final int SEGMENT_SIZE_BYTES = 8 << 10;

    final int number;
    private final Cluster cluster;
    private final Agenda agenda;
    private final Conditions conditions;
    private final int count;
    private final SimulatedClock clock;
    private final LogDisk disk = new LogDisk();
    private final MemoryDisk files = new MemoryDisk();

    private @Nullable Running running;
    private long generation;
    private long stalledUntilNanos;
    private long stallNanos;
    private long stallEndNanos;
    private long keeperTurnNanos;
    private long everAppliedIndex;
    private int openRequests;

    /** What lives from a start to a crash. */
    private record Running(StateMachine machine, RaftMember raft, ReplicaNode node, ReplicaTurns turns) {}

    SimulatedMember(Cluster cluster, int number, int count) {
        this.cluster = cluster;
        this.number = number;
        this.agenda = cluster.agenda;
        this.conditions = cluster.conditions();
        this.count = count;
        this.clock = new SimulatedClock(agenda);
    }

    static StateMachineOptions options(long memberId, int count) {
        List<Member> members = IntStream.rangeClosed(1, count)
                .mapToObj(id -> new Member(id, "m" + id, List.of("http://m" + id), List.of(), false))
                .toList();
        return new StateMachineOptions(
                CLUSTER_ID, memberId, "m" + memberId, members, Quota.UNLIMITED, new StoreOptions(SEGMENT_SIZE_BYTES));
    }

    void boot() {
        LeaseClock leaseClock = new LeaseClock(clock.nanos());
        StateMachine machine = open(leaseClock.now());
        if (machine == null) {
            agenda.after(agenda.delayNanos(conditions.downMaxMillis), this::boot);
            return;
        }
        RaftMember raft = new RaftMember(number, this, agenda, disk, cluster);
        ReplicaNode node = new ReplicaNode(
                new ReplicaSettings(
                        CLUSTER_ID,
                        number + 1,
                        "m" + number,
                        List.of(),
                        ELECTION_TIMEOUT,
                        100_000,
                        conditions.checkpointEntries,
                        Long.MAX_VALUE,
                        true),
                new WatchSettings(Duration.ofMinutes(10).toNanos(), 1 << 20),
                machine,
                raft,
                leaseClock,
                clock,
                new SplittableRandom(agenda.random.nextLong()),
                (what, cause) -> {
                    throw new PromiseBroken("member " + number + " halts, " + what, cause);
                },
                new CheckpointThread(this, agenda));
        running = new Running(machine, raft, node, ReplicaTurns.start(node));
        keeperTurnNanos = agenda.nowNanos();
        trace("starts from entry " + machine.appliedIndex());
        turnKeeper(running.turns.keeper());
        turnOften(
                running.turns.proposer(),
                () -> agenda.oneIn(conditions.proposerPauseOneIn)
                        ? agenda.random.nextLong(conditions.proposerPauseMaxMillis * Agenda.MILLI)
                        : 12 * Agenda.MILLI);
        turnOften(running.turns.questions(), () -> agenda.oneIn(50) ? agenda.delayNanos(400) : 15 * Agenda.MILLI);
        turnOften(running.turns.watches(), () -> agenda.oneIn(20) ? agenda.delayNanos(400) : 30 * Agenda.MILLI);
        turnRewriter(running.turns.rewriter());
        turnApplier(running);
    }

    /** Opens the state; null if the process was killed meanwhile. */
    private @Nullable StateMachine open(long nowNanos) {
        arm();
        try {
            return StateMachine.open(files.path("/state"), options(number + 1, count), nowNanos);
        } catch (MemoryDisk.ProcessKilled killed) {
            trace("is killed while it starts");
            cutPowerPerhaps();
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            files.killNobody();
        }
    }

    /** The process is killed, or the whole machine, and another process started so long after. */
    void crash(long downNanos) {
        Running killed = running;
        if (killed == null) {
            return;
        }
        trace("is killed");
        running = null;
        generation++;
        openRequests = 0;
        stalledUntilNanos = 0;
        files.killNobody();
        cutPowerPerhaps();
        closeState(killed);
        agenda.after(downNanos, this::boot);
    }

    /** Does something that accesses the disk; now and then it is killed in the middle of it. */
    void dieOrDo(Runnable task) {
        arm();
        try {
            task.run();
        } catch (MemoryDisk.ProcessKilled killed) {
            crash(agenda.delayNanos(conditions.downMaxMillis));
        }
        files.killNobody();
    }

    /** Half of the crashes take the machine along. */
    private void cutPowerPerhaps() {
        if (agenda.oneIn(2)) {
            trace("loses its machine too");
            disk.crash();
            files.cutPower(agenda.random);
        }
    }

    /** Now and then the process is killed at one of its next accesses to the disk. */
    private void arm() {
        if (cluster.faulty() && conditions.faults.containsKey(Fault.CRASH) && agenda.oneIn(KILLED_ONE_IN)) {
            files.killAfter(agenda.random.nextInt(KILLED_WITHIN_ACCESSES));
        }
    }

    /** No thread of it runs for so long; what is sent to it waits in the sockets. */
    void stall(long nanos) {
        if (stalled()) {
            return;
        }
        trace("stalls for " + nanos / Agenda.MILLI + " ms");
        stalledUntilNanos = agenda.nowNanos() + nanos;
        stallEndNanos = stalledUntilNanos;
        stallNanos = nanos;
    }

    /** It stops leading, if it leads, in favour of {@code heir}, -1 for nobody. */
    void depose(int heir) {
        if (running != null && !stalled()) {
            running.raft.stepDown(heir);
        }
    }

    /** A client's request comes in; dropped by a member that is down. */
    void request(Consumer<ReplicaNode> request) {
        Running now = running;
        if (now != null) {
            whenRunning(0, () -> request.accept(now.node));
        }
    }

    void receive(RaftMessage message) {
        Running now = running;
        if (now != null) {
            whenRunning(0, () -> now.raft.receive(message));
        }
    }

    /** A connection to the process that runs now, for messages of another member; it ends with the process. */
    Consumer<byte[]> connection(int from) {
        Running now = running;
        long planned = generation;
        return message -> {
            if (now != null && planned == generation) {
                whenRunning(0, () -> now.raft.hear(from, message));
            }
        };
    }

    /** Notes a client's request that waits for its answer; to be run when that comes. */
    Runnable awaitAnswer() {
        long planned = generation;
        openRequests++;
        return () -> {
            if (planned == generation) {
                openRequests--;
            }
        };
    }

    /** Whether nobody waits for an answer from the process that runs. */
    boolean hasAnsweredAll() {
        return openRequests == 0;
    }

    boolean leads() {
        return running != null && running.raft.leads();
    }

    /** The term in which it leads, as far as it knows; 0 if it does not. */
    long reignTerm() {
        return leads() ? disk.term : 0;
    }

    /** Whether clients are served: its own marker is applied, and it can commit as far as it knows. */
    boolean serves() {
        return running != null && !stalled() && leads() && running.node.status().serving();
    }

    /** Whether its process is up and its threads run. */
    boolean runs() {
        return running != null && !stalled();
    }

    /** Up to where it has applied the log; 0 while it is down. */
    long appliedIndex() {
        return running == null ? 0 : running.machine.appliedIndex();
    }

    /** The newest entry that it has ever applied: it will not ask for one before it. */
    long everAppliedIndex() {
        return everAppliedIndex;
    }

    void requireEqual() {
        if (running != null) {
            cluster.observer.requireEqual(number, running.machine);
        }
    }

    boolean stalled() {
        return agenda.nowNanos() < stalledUntilNanos;
    }

    /**
     * Whether what reached the socket at {@code socketNanos} and is read now was held up by nothing, or by a stall so long
     * that the lease clock did not count it.
     */
    boolean waitedFairlySince(long socketNanos) {
        boolean heldUp = agenda.nowNanos() - socketNanos > 20 * Agenda.MILLI;
        return !heldUp || (stallEndNanos == agenda.nowNanos() && stallNanos >= UNCOUNTED_STALL_NANOS);
    }

    @Override
    public void whenRunning(long afterNanos, Runnable action) {
        long planned = generation;
        if (afterNanos == 0 && !stalled()) {
            action.run();
        } else {
            agenda.after(Math.max(afterNanos, stalledUntilNanos - agenda.nowNanos()), () -> {
                if (planned == generation) {
                    whenRunning(0, action);
                }
            });
        }
    }

    @Override
    public void committed(long index, LogDisk.Entry entry) {
        cluster.observer.committed(index, entry);
    }

    @Override
    public void trace(String what) {
        cluster.observer.trace(() -> "member " + number + " " + what);
    }

    private static void closeState(Running running) {
        try {
            running.machine.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void turnOften(TurnLoop.Turns owner, LongSupplier pauseMaxNanos) {
        whenRunning(agenda.random.nextLong(pauseMaxNanos.getAsLong() + 1) + 1, () -> {
            owner.turn();
            turnOften(owner, pauseMaxNanos);
        });
    }

    /** It writes to the disk, so it may be killed on the way. */
    private void turnRewriter(TurnLoop.Turns rewriter) {
        whenRunning(agenda.random.nextLong(60 * Agenda.MILLI) + 1, () -> {
            long planned = generation;
            dieOrDo(rewriter::turn);
            if (planned == generation) {
                turnRewriter(rewriter);
            }
        });
    }

    private void turnApplier(Running process) {
        long pauseNanos = agenda.oneIn(conditions.applierPauseOneIn)
                ? agenda.random.nextLong(conditions.applierPauseMaxMillis * Agenda.MILLI)
                : agenda.random.nextLong(15 * Agenda.MILLI);
        whenRunning(pauseNanos + 1, () -> {
            long before = process.machine.appliedIndex();
            process.turns.applier().turn();
            if (process.machine.appliedIndex() != before) {
                everAppliedIndex = Math.max(everAppliedIndex, process.machine.appliedIndex());
                cluster.observer.applied(number, process.machine);
            }
            turnApplier(process);
        });
    }

    /** A moment at which a thread of it may have read the clock: not within a stall. */
    private long anyMomentSince(long fromNanos) {
        long stallStartNanos = stallEndNanos - stallNanos;
        boolean stalledSince = stallStartNanos > fromNanos;
        long earliestNanos = stalledSince && agenda.oneIn(2) ? stallEndNanos : fromNanos;
        long latestNanos = stalledSince && earliestNanos == fromNanos ? stallStartNanos : agenda.nowNanos();
        return agenda.random.nextLong(earliestNanos, latestNanos + 1);
    }

    private void turnKeeper(TurnLoop.Turns keeper) {
        long pauseNanos = agenda.oneIn(conditions.keeperPauseOneIn)
                ? 50 * Agenda.MILLI + agenda.random.nextLong(400 * Agenda.MILLI)
                : agenda.random.nextLong(16 * Agenda.MILLI);
        whenRunning(pauseNanos + 1, () -> {
            if (agenda.oneIn(conditions.keeperHeldUpOneIn)) {
                clock.holdUp(agenda.nowNanos() - anyMomentSince(keeperTurnNanos));
            }
            keeperTurnNanos = agenda.nowNanos();
            keeper.turn();
            turnKeeper(keeper);
        });
    }
}
