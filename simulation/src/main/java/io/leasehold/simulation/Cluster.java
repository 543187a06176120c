package io.leasehold.simulation;

import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The members, their network, and what befalls them. */
final class Cluster implements RaftPeers {
    private static final int REQUEST_DELAY_MAX_MILLIS = 100;
    /** To draw from: how many members a world has. */
    private static final int[] SIZES = {1, 3, 3, 3, 5, 5};

    final Agenda agenda;
    final Observer observer;
    /** Those that were ever started. */
    final List<SimulatedMember> members = new ArrayList<>();
    /** By number, those that may be added some time included. */
    private final List<SimulatedMember> everybody = new ArrayList<>();

    private final Conditions conditions;
    private final Network network;
    private boolean faults;
    private int formerLeader;

    Cluster(Agenda agenda, Conditions conditions, Observer observer, int count) {
        this.agenda = agenda;
        this.conditions = conditions;
        this.observer = observer;
        int capacity = count + conditions.newcomersMax;
        this.network = new Network(agenda, conditions, capacity);
        for (int number = 0; number < capacity; number++) {
            everybody.add(new SimulatedMember(this, number, number < count ? count : 0));
        }
        members.addAll(everybody.subList(0, count));
        members.forEach(SimulatedMember::boot);
    }

    /** How many members a world of that seed has. */
    static int size(Agenda agenda, Conditions conditions) {
        int drawn = SIZES[agenda.random.nextInt(SIZES.length)];
        return conditions.members > 0 ? conditions.members : drawn;
    }

    @Override
    public int count() {
        return everybody.size();
    }

    @Override
    public Conditions conditions() {
        return conditions;
    }

    @Override
    public void send(int from, int to, RaftMessage message) {
        network.send(from, to, () -> everybody.get(to).receive(message));
    }

    @Override
    public boolean say(int from, int to, byte[] message) {
        Consumer<byte[]> connection = everybody.get(to).connection(from);
        return network.sendInOrder(from, to, () -> connection.accept(message));
    }

    @Override
    public long slowestIndex() {
        return conditions.logKeptForAll
                ? members.stream()
                        .mapToLong(SimulatedMember::everAppliedIndex)
                        .min()
                        .orElseThrow()
                : Long.MAX_VALUE;
    }

    SimulatedMember anyMember() {
        return members.get(agenda.random.nextInt(members.size()));
    }

    /** Faults now and then, until {@link #endFaults}. */
    void beginFaults() {
        faults = !conditions.faults.isEmpty();
        nextFault();
    }

    /** The network is whole, nobody is killed or stalled any more. */
    void endFaults() {
        faults = false;
        network.becomeReliable();
        members.forEach(SimulatedMember::freeDisk);
    }

    boolean faulty() {
        return faults;
    }

    /** Whether everybody runs, nobody waits for an answer, and somebody serves clients. */
    boolean calm() {
        return present().stream().allMatch(member -> member.runs() && member.hasAnsweredAll())
                && members.stream().anyMatch(SimulatedMember::serves);
    }

    boolean anyoneServes() {
        return members.stream().anyMatch(SimulatedMember::serves);
    }

    /** Whether all have applied everything that is committed. */
    boolean level() {
        long index = observer.index();
        return present().stream().allMatch(member -> member.runs() && member.appliedIndex() == index);
    }

    /** At the end, when they are level: all hold the same. */
    void requireEqual() {
        present().forEach(SimulatedMember::requireEqual);
    }

    /** Whether the logs' configuration is what the members are, and who was removed has stopped. */
    boolean membershipIsSettled() {
        return members.stream().allMatch(member -> isPresent(member) || !member.runs())
                && members.stream()
                        .filter(SimulatedMember::serves)
                        .anyMatch(member -> member.disk.configuration().fits(observer.members()));
    }

    /** What there is of them, for who wonders why they are not settled. */
    String membership() {
        StringBuilder text = new StringBuilder(observer.members().toString());
        members.forEach(member -> text.append("; ")
                .append(member.number + 1)
                .append(member.runs() ? " runs with " : " does not run, with ")
                .append(member.disk.configuration()));
        return text.toString();
    }

    /** How far each one is, for who wonders why they are not level. */
    String progress() {
        StringBuilder text = new StringBuilder("the newest entry is " + observer.index());
        present().forEach(member -> text.append("; ").append(member.number + 1).append(member.progress()));
        return text.toString();
    }

    /** An id that no member has or had. */
    Optional<Long> freeId() {
        return everybody.stream()
                .filter(member -> !members.contains(member) && !isPresent(member))
                .map(member -> member.number + 1L)
                .findFirst();
    }

    /** A member that was added and is still to be started. */
    Optional<SimulatedMember> addedAndNotStarted() {
        return everybody.stream()
                .filter(member -> !members.contains(member) && isPresent(member))
                .findFirst();
    }

    /** Whether some other one that a member reaches says that it was removed and that the log does without it. */
    boolean isLetGo(SimulatedMember member) {
        return reachedBy(member)
                .anyMatch(other -> other.knowsRemoved(member.number + 1L) && !other.mayNeed(member.number + 1L));
    }

    /** Whether some other one that a member reaches says that the log may still need its vote. */
    boolean isNeeded(SimulatedMember member) {
        return reachedBy(member).anyMatch(other -> other.mayNeed(member.number + 1L));
    }

    private Stream<SimulatedMember> reachedBy(SimulatedMember member) {
        return members.stream()
                .filter(other -> other != member && other.runs() && !network.isCut(other.number, member.number));
    }

    private boolean isPresent(SimulatedMember member) {
        return observer.members().stream().anyMatch(one -> one.id() == member.number + 1L);
    }

    private List<SimulatedMember> present() {
        return everybody.stream().filter(this::isPresent).toList();
    }

    /** A client's command, mostly to whoever leads. */
    void propose(Command command, Consumer<Outcome> listener) {
        SimulatedMember target = agenda.oneIn(4) ? anyMember() : leaderOr(anyMember());
        agenda.after(
                agenda.delayNanos(REQUEST_DELAY_MAX_MILLIS),
                () -> target.request(node -> node.propose(command, Runnable::run, listener)));
    }

    /** Whoever leads steps down. */
    void deposeAll() {
        members.forEach(member -> member.depose(-1));
    }

    private void nextFault() {
        long pauseNanos = Agenda.SECOND / 4 + agenda.random.nextLong(conditions.faultPauseMaxMillis * Agenda.MILLI);
        agenda.after(pauseNanos, () -> {
            if (faults) {
                befall(conditions.draw(agenda), anyMember());
                nextFault();
            }
        });
    }

    private void befall(Fault fault, SimulatedMember victim) {
        // Mostly whoever leads: what happens to the others changes little.
        SimulatedMember affected = agenda.oneIn(3) ? victim : leaderOr(victim);
        switch (fault) {
            case CUT_OFF -> cut(affected, true, true);
            case CUT_OUTWARDS -> cut(affected, true, false);
            case CUT_INWARDS -> cut(affected, false, true);
            case SLOW_INWARDS -> slowInwards(affected);
            case CRASH -> victim.crash(agenda.delayNanos(conditions.downMaxMillis));
            case STALL ->
                affected.stall(100 * Agenda.MILLI
                        + agenda.random.nextLong(conditions.stallMaxMillis * Agenda.MILLI / 3)
                        + agenda.delayNanos(conditions.stallMaxMillis));
            case SLOW_DISK -> affected.slowDisk(agenda.delayNanos(conditions.slowDiskMaxMillis) * 8);
            case FULL_DISK -> affected.fillDisk(agenda.delayNanos(conditions.fullDiskMaxMillis) + Agenda.SECOND / 2);
            case DEPOSE -> deposeAll();
            case HAND_ON -> handOn();
        }
    }

    /** Nothing gets out of the member, nor in, until {@link #heal}. */
    void cutOff(SimulatedMember victim) {
        network.isolate(victim.number, true, true);
    }

    /** Nobody is cut off any more. */
    void heal() {
        network.heal();
    }

    private void cut(SimulatedMember victim, boolean out, boolean in) {
        victim.trace("is cut off" + (out ? " outwards" : "") + (in ? " inwards" : ""));
        network.isolate(victim.number, out, in);
        agenda.after(agenda.delayNanos(conditions.cutMaxMillis) + Agenda.SECOND / 2, network::heal);
    }

    private void slowInwards(SimulatedMember victim) {
        victim.trace("hears everything late");
        network.slowInwards(victim.number, conditions.slowInwardsMillis * Agenda.MILLI);
        long cutNanos = agenda.random.nextLong(conditions.slowInwardsMillis * Agenda.MILLI);
        agenda.after(cutNanos, () -> {
            if (faults) {
                victim.trace("is cut off outwards");
                network.isolate(victim.number, true, false);
            }
        });
        agenda.after(cutNanos + 2 * Agenda.SECOND + agenda.delayNanos(conditions.cutMaxMillis), network::heal);
    }

    /** To the one who led before, or to anybody, itself included. */
    private void handOn() {
        SimulatedMember leader = leaderOr(anyMember());
        int heir = agenda.oneIn(2) ? formerLeader : anyMember().number;
        formerLeader = leader.number;
        leader.depose(heir);
    }

    private SimulatedMember leaderOr(SimulatedMember other) {
        return members.stream().filter(SimulatedMember::leads).findAny().orElse(other);
    }
}
