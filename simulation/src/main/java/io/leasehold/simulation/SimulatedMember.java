package io.leasehold.simulation;

import io.leasehold.server.replica.ReplicaNode;
import io.leasehold.simulation.disk.MemoryDisk;
import io.leasehold.statemachine.StateMachine;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One member: its disk and its clock, which outlive its processes, and what befalls them. */
final class SimulatedMember {
    /** Half a second by the slowest clock, with room. */
    private static final long UNCOUNTED_STALL_NANOS = 550 * Agenda.MILLI;

    /** Work with the disk is broken off so often, somewhere within so many accesses to it; most needs fewer than that. */
    private static final int KILLED_ONE_IN = 20;

    private static final int KILLED_WITHIN_ACCESSES = 20;

    final int number;
    /** How many members founded the cluster, this one among them; 0 if it joins. */
    final int founders;

    final boolean strictReconfiguration;
    final LogDisk disk;
    final MemoryDisk files = new MemoryDisk();
    private final Cluster cluster;
    private final Agenda agenda;
    private final Conditions conditions;
    private final SimulatedClock clock;

    private @Nullable MemberProcess running;
    private long stalledUntilNanos;
    private long stallNanos;
    private long stallEndNanos;
    private long diskSlowUntilNanos;
    private long everAppliedIndex;
    private boolean diskFull;
    private boolean removed;

    SimulatedMember(Cluster cluster, int number, int founders) {
        this.cluster = cluster;
        this.number = number;
        this.founders = founders;
        this.disk = new LogDisk(founders == 0 ? Configuration.NONE : Configuration.founders(founders));
        this.agenda = cluster.agenda;
        this.conditions = cluster.conditions();
        this.clock = new SimulatedClock(agenda);
        this.strictReconfiguration = !conditions.membersChange() || agenda.oneIn(2);
    }

    /** Starts its first process, unless it was. */
    void begin() {
        if (!cluster.members.contains(this)) {
            cluster.members.add(this);
            boot();
        }
    }

    /** It is not one of the members any more: its process ends, and no other one is started. */
    void leave() {
        MemberProcess left = running;
        trace("leaves");
        removed = true;
        if (left != null) {
            files.killNobody();
            end(left);
        }
    }

    /** Whether a member is known here to have been removed. */
    boolean knowsRemoved(long id) {
        return running != null && running.machine.removedMemberIds().contains(id);
    }

    /** Whether the log may need a member's vote, as far as is known here. */
    boolean mayNeed(long id) {
        return running == null || running.raft.mayNeed(id);
    }

    /** Leaves as soon as the others do without it, if they can be asked: looked at now, and again after that pause. */
    void leaveWhenLetGo(MemberProcess process, long pauseNanos) {
        if (cluster.isLetGo(this)) {
            leave();
        } else {
            process.whenRunning(pauseNanos, () -> leaveWhenLetGo(process, pauseNanos));
        }
    }

    /** Starts a process, unless it is killed at its start: then another one a while later. */
    void boot() {
        if (removed || cluster.isLetGo(this)) {
            leave();
            return;
        }
        arm();
        try {
            MemberProcess started = new MemberProcess(this, cluster, clock);
            running = started;
            files.killNobody();
            if (started.machine.removedMemberIds().contains(number + 1L) && !cluster.isNeeded(this)) {
                // Nobody says so: somebody starts it again.
                crash(Agenda.SECOND + agenda.delayNanos(conditions.downMaxMillis));
                return;
            }
            if (started.machine.appliedIndex() > 0) {
                applied(started.machine);
            }
            started.begin();
        } catch (MemoryDisk.ProcessKilled killed) {
            trace("is killed while it starts");
            cutPowerPerhaps();
            agenda.after(agenda.delayNanos(conditions.downMaxMillis), this::boot);
        } catch (IOException | LackOfRoom e) {
            bootAgain(e);
        } catch (RuntimeException e) {
            if (!LackOfRoom.caused(e)) {
                throw e;
            }
            bootAgain(e);
        } finally {
            files.killNobody();
        }
    }

    private void bootAgain(Throwable noRoom) {
        if (!LackOfRoom.caused(noRoom)) {
            throw new IllegalStateException("member " + number + " does not start", noRoom);
        }
        trace("has no room to start");
        running = null;
        agenda.after(agenda.delayNanos(conditions.downMaxMillis) + 1, this::boot);
    }

    /** Nothing can be written for so long. */
    void fillDisk(long nanos) {
        if (diskFull) {
            return;
        }
        trace("has a full disk");
        diskFull = true;
        files.setFull(true);
        agenda.after(nanos, this::freeDisk);
    }

    /** There is room again. */
    void freeDisk() {
        diskFull = false;
        files.setFull(false);
    }

    boolean diskIsFull() {
        return diskFull;
    }

    /** The process could not write and has ended; it is started again and again until it stays. */
    void haltForLackOfRoom(MemberProcess halted) {
        if (halted == running) {
            trace("halts for lack of room");
            files.killNobody();
            end(halted);
            // What was proposed and not written is nowhere.
            disk.crash();
            agenda.after(agenda.delayNanos(conditions.downMaxMillis) + 1, this::boot);
        }
    }

    /** The process is killed, or the whole machine, and another process started so long after. */
    void crash(long downNanos) {
        MemberProcess killed = running;
        if (killed == null) {
            return;
        }
        trace("is killed");
        files.killNobody();
        end(killed);
        cutPowerPerhaps();
        agenda.after(downNanos, this::boot);
    }

    /** It has fetched the state of another member: another process goes on with that at once. */
    void goOnWithFetchedState() {
        MemberProcess left = running;
        if (left != null) {
            trace("has fetched a state");
            end(left);
            boot();
        }
    }

    private void end(MemberProcess process) {
        running = null;
        stalledUntilNanos = 0;
        process.end();
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

    /** Whatever waits for its disk waits long, for a while. */
    void slowDisk(long nanos) {
        trace("has a slow disk for " + nanos / Agenda.MILLI + " ms");
        diskSlowUntilNanos = agenda.nowNanos() + nanos;
    }

    /** How much longer the disk takes now. */
    long diskDelayNanos() {
        return agenda.nowNanos() < diskSlowUntilNanos ? agenda.delayNanos(conditions.slowDiskMaxMillis) : 0;
    }

    /** It stops leading, if it leads, in favour of {@code heir}, -1 for nobody. */
    void depose(int heir) {
        if (running != null && !stalled()) {
            running.raft.stepDown(heir);
        }
    }

    /** A client's request comes in; dropped by a member that is down. */
    void request(Consumer<ReplicaNode> request) {
        MemberProcess now = running;
        if (now != null) {
            now.whenRunning(0, () -> request.accept(now.node));
        }
    }

    void receive(RaftMessage message) {
        MemberProcess now = running;
        if (now != null) {
            now.whenRunning(0, () -> now.raft.receive(message));
        }
    }

    /** A connection to the process that runs now, for messages of another member; it ends with the process. */
    Consumer<byte[]> connection(int from) {
        MemberProcess now = running;
        return message -> {
            if (now != null) {
                now.whenRunning(0, () -> now.raft.hear(from, message));
            }
        };
    }

    /** Notes a client's request that waits for its answer; to be run when that comes. */
    Runnable awaitAnswer() {
        return running == null ? () -> {} : running.awaitAnswer();
    }

    /** Whether nobody waits for an answer from the process that runs. */
    boolean hasAnsweredAll() {
        return running == null || running.hasAnsweredAll();
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

    /** How far it is, for people to read. */
    String progress() {
        MemberProcess now = running;
        return now == null
                ? " does not run"
                : " has applied " + now.machine.appliedIndex() + " with " + now.raft.status()
                        + ", its log begins behind " + disk.purgedIndex() + ", members " + disk.configuration();
    }

    /** The newest entry that it has ever applied: if it does not lose its disk it asks for none before it. */
    long everAppliedIndex() {
        return everAppliedIndex;
    }

    /** Its state is that of another entry now. */
    void applied(StateMachine machine) {
        everAppliedIndex = Math.max(everAppliedIndex, machine.appliedIndex());
        cluster.observer.applied(number, machine);
    }

    void requireEqual() {
        if (running != null) {
            cluster.observer.requireEqual(number, running.machine);
        }
    }

    boolean stalled() {
        return stallLeftNanos() > 0;
    }

    /** How long it still stalls. */
    long stallLeftNanos() {
        return Math.max(0, stalledUntilNanos - agenda.nowNanos());
    }

    /**
     * Whether what reached the socket at {@code socketNanos} and is read now was held up by nothing, or by a stall so long
     * that the lease clock did not count it.
     */
    boolean waitedFairlySince(long socketNanos) {
        boolean heldUp = agenda.nowNanos() - socketNanos > 20 * Agenda.MILLI;
        return !heldUp || (stallEndNanos == agenda.nowNanos() && stallNanos >= UNCOUNTED_STALL_NANOS);
    }

    /** A moment at which a thread of it may have read the clock: not within a stall. */
    long anyMomentSince(long fromNanos) {
        long stallStartNanos = stallEndNanos - stallNanos;
        boolean stalledSince = stallStartNanos > fromNanos;
        long earliestNanos = stalledSince && agenda.oneIn(2) ? stallEndNanos : fromNanos;
        long latestNanos = stalledSince && earliestNanos == fromNanos ? stallStartNanos : agenda.nowNanos();
        return agenda.random.nextLong(earliestNanos, latestNanos + 1);
    }

    void trace(String what) {
        cluster.observer.trace(() -> "member " + number + " " + what);
    }
}
