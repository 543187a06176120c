package io.leasehold.server.replica.lease;

import io.leasehold.lease.Incarnation;
import io.leasehold.lease.LeaseTable;
import io.leasehold.lease.LeaseView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Three members in one thread over a simulated log, in simulated time: leaders change, old ones learn of it late,
 * members apply slowly, stall and restart, proposals are refused. What Raft promises is taken for granted: one leader to
 * a term, and only the present one adds to the log.
 */
final class SimulatedCluster {
    static final long MILLI = KeeperRig.MILLI;
    static final long SECOND = KeeperRig.SECOND;

    final Random random;
    final LeaseHistory history = new LeaseHistory();
    final List<Entry> log = new ArrayList<>();
    final List<SimulatedMember> members = new ArrayList<>();
    /** The table at the end of the log: what the observer knows. */
    final LeaseTable truth = new LeaseTable();

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::nanos).thenComparingLong(Event::number));
    /** By log index: what the first member that got there had; all others must have the same. */
    private final Map<Integer, Map<Long, LeaseView>> agreed = new HashMap<>();

    private long eventNumber;
    private long grants;
    long nowNanos = SECOND;
    long term;

    @Nullable
    SimulatedMember leader;

    boolean faults = true;
    boolean clients = true;

    record Entry(
            long term, SimulatedCommand command, @Nullable Runnable applied, @Nullable Runnable fenced, int origin) {}

    private record Event(long nanos, long number, Runnable action) {}

    SimulatedCluster(long seed) {
        random = new Random(seed);
        for (int i = 0; i < 3; i++) {
            members.add(new SimulatedMember(this, i));
        }
        elect();
        for (long id = 1; id <= 8; id++) {
            clientActs(id == 8 ? Long.MIN_VALUE : id);
        }
        nextFault();
    }

    void run(long nanos) {
        long until = nowNanos + nanos;
        for (Event next = events.peek(); next != null && next.nanos <= until; next = events.peek()) {
            events.remove();
            nowNanos = next.nanos;
            next.action.run();
        }
        nowNanos = until;
    }

    void after(long nanos, Runnable action) {
        events.add(new Event(nowNanos + nanos, eventNumber++, action));
    }

    /** Up to {@code maxMillis}, mostly far less. */
    long delayNanos(int maxMillis) {
        return (random.nextInt(10) == 0 ? random.nextLong(maxMillis) : random.nextLong(1 + maxMillis / 20)) * MILLI
                + random.nextInt(1_000_000);
    }

    /** The leader adds an entry; false when {@code from} does not lead. */
    boolean append(
            SimulatedMember from, SimulatedCommand command, @Nullable Runnable applied, @Nullable Runnable fenced) {
        if (leader != from) {
            return false;
        }
        log.add(new Entry(term, command, applied, fenced, from.generation));
        observe(command, log.size());
        members.forEach(SimulatedMember::committed);
        return true;
    }

    /** What all members have after applying {@code index} entries. */
    void applied(int index, LeaseTable table) {
        Map<Long, LeaseView> leases = new HashMap<>();
        table.forEach(l -> leases.put(l.id(), new LeaseView(l.id(), l.ttlMillis(), l.grantIndex(), l.anchor(), 0)));
        Map<Long, LeaseView> others = agreed.putIfAbsent(index, leases);
        if (others != null && !others.equals(leases)) {
            throw new AssertionError("P3: at " + index + " " + leases + " and " + others);
        }
    }

    private void observe(SimulatedCommand command, int index) {
        switch (command) {
            case SimulatedCommand.Grant grant -> {
                if (!truth.contains(grant.id())) {
                    truth.grant(grant.id(), grant.ttlSeconds(), index, 0);
                    history.granted(new Incarnation(grant.id(), index), grant.ttlSeconds());
                }
            }
            case SimulatedCommand.Revoke revoke ->
                truth.lease(revoke.id()).ifPresent(lease -> {
                    truth.revoke(revoke.id());
                    history.ended(new Incarnation(lease.id(), lease.grantIndex()), false, nowNanos);
                });
            case SimulatedCommand.Expire expire -> {
                for (Incarnation lease : expire.leases()) {
                    if (expire.term() == term && truth.contains(lease.id(), lease.grantIndex())) {
                        truth.revoke(lease.id());
                        history.ended(lease, true, nowNanos);
                    }
                }
            }
            case SimulatedCommand.Checkpoint checkpoint -> {}
            case SimulatedCommand.Clear clear -> {}
            case SimulatedCommand.Marker marker -> {}
        }
    }

    private void elect() {
        term++;
        SimulatedMember elected = members.get(random.nextInt(members.size()));
        leader = elected;
        elected.lead(term);
        append(elected, new SimulatedCommand.Marker(term, elected.id()), null, null);
        members.forEach(member -> after(delayNanos(100), () -> member.keeper.leaderChanged(elected.id())));
    }

    private void nextFault() {
        after(SECOND / 2 + random.nextLong(8) * SECOND / 2, () -> {
            if (faults) {
                fault();
            }
            nextFault();
        });
    }

    private void fault() {
        SimulatedMember victim = members.get(random.nextInt(members.size()));
        switch (random.nextInt(4)) {
            case 0, 1 -> depose();
            case 2 -> victim.stall(random.nextInt(3) == 0 ? delayNanos(9_000) : delayNanos(900));
            default -> {
                if (leader == victim) {
                    depose();
                }
                victim.restart();
            }
        }
    }

    private void depose() {
        SimulatedMember old = leader;
        if (old == null) {
            return;
        }
        leader = null;
        long oldTerm = term;
        // It may go on believing for long, and hear of it only after the next leader has begun, or when it leads again.
        after(delayNanos(3_000), () -> old.deposed(oldTerm));
        members.forEach(member -> after(delayNanos(100), () -> member.keeper.leaderChanged(0)));
        after(50 * MILLI + delayNanos(2_000), this::elect);
    }

    private void clientActs(long id) {
        long pauseNanos = random.nextInt(4) == 0 ? delayNanos(9_000) : delayNanos(1_500) + 200 * MILLI;
        after(pauseNanos, () -> {
            if (clients) {
                act(id);
            }
            clientActs(id);
        });
    }

    private void act(long id) {
        SimulatedMember target = members.get(random.nextInt(members.size()));
        int dice = random.nextInt(20);
        if (dice < 3) {
            long ttlSeconds = 1 + grants++ % 11;
            after(delayNanos(60), () -> target.propose(new SimulatedCommand.Grant(id, ttlSeconds)));
        } else if (dice == 3) {
            after(delayNanos(60), () -> target.propose(new SimulatedCommand.Revoke(id)));
            if (random.nextBoolean()) {
                long ttlSeconds = 1 + grants++ % 11;
                after(delayNanos(60), () -> target.propose(new SimulatedCommand.Grant(id, ttlSeconds)));
            }
        } else {
            members.forEach(member -> renew(member, id));
        }
    }

    private void renew(SimulatedMember member, long id) {
        long sentNanos = nowNanos;
        after(delayNanos(100), () -> member.receive(id, sentNanos));
    }
}
