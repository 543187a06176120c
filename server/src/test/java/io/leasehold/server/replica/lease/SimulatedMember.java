package io.leasehold.server.replica.lease;

import io.leasehold.lease.Incarnation;
import io.leasehold.lease.LeaseClock;
import io.leasehold.lease.LeaseTable;
import io.leasehold.lease.LeaseView;
import io.leasehold.lease.Remaining;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.LeadershipGuard;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/** One member of a {@link SimulatedCluster}: a real keeper and a real table, an Applier and a Proposer in short. */
final class SimulatedMember {
    private final SimulatedCluster cluster;
    private final int number;
    private final double rate;

    LeaseKeeper keeper;
    private LeaseClock clock;
    private LeaseTable table = new LeaseTable();
    /** Entries applied. */
    private int applied;

    /** Counts restarts, so that what was meant for an earlier process is dropped. Unique over the members. */
    int generation;

    private long reignTerm;
    private long stalledUntilNanos;
    private boolean applying;
    private long lastArrivalNanos;
    private long lastTurnNanos;
    private int readings;

    private final PriorityQueue<Wait> waits = new PriorityQueue<>(Comparator.comparingLong(Wait::index));

    private record Wait(long index, Runnable then) {}

    SimulatedMember(SimulatedCluster cluster, int number) {
        this.cluster = cluster;
        this.number = number;
        this.rate = 0.99 + 0.01 * number;
        this.generation = number;
        this.lastTurnNanos = cluster.nowNanos;
        this.clock = new LeaseClock(local(cluster.nowNanos));
        this.keeper = newKeeper();
        nextTurn();
    }

    long id() {
        return number + 1L;
    }

    /** The process is killed and starts at once from what it has applied. */
    void restart() {
        generation += 3;
        reignTerm = 0;
        waits.clear();
        clock = new LeaseClock(local(cluster.nowNanos));
        table = throughTheManifest(table, clock.now());
        lastTurnNanos = cluster.nowNanos;
        keeper = newKeeper();
        nextTurn();
    }

    /** Neither thread of it runs for so long. */
    void stall(long nanos) {
        stalledUntilNanos = cluster.nowNanos + nanos;
    }

    void lead(long term) {
        keeper.demoted(term - 1);
        reignTerm = term;
    }

    void deposed(long term) {
        keeper.demoted(term);
        if (reignTerm <= term) {
            reignTerm = 0;
        }
    }

    /** There is more in the log. */
    void committed() {
        if (!applying) {
            applying = true;
            applyLater();
        }
    }

    /** A renewal comes in at the socket; it is read when the process runs. */
    void receive(long id, long sentNanos) {
        whenRunning(() -> {
            long receivedNanos = cluster.nowNanos;
            int received = generation;
            keeper.renew(id, answer -> {
                if (received == generation) {
                    cluster.history.answered(id, sentNanos, receivedNanos, answer, cluster.nowNanos);
                }
            });
        });
    }

    /** The Proposer's way for clients' commands. */
    void propose(SimulatedCommand command) {
        whenRunning(() -> {
            if (cluster.leader != this) {
                return;
            }
            if (command instanceof SimulatedCommand.Revoke revoke) {
                keeper.revokeProposed(revoke.id());
                Runnable settled = () -> keeper.revokeSettled(revoke.id());
                send(command, settled, settled, () -> {
                    if (cluster.leader == this || cluster.random.nextBoolean()) {
                        keeper.revokeSettled(revoke.id());
                    } else {
                        keeper.revokeLost(revoke.id());
                    }
                });
            } else {
                send(command, () -> {}, () -> {}, () -> {});
            }
        });
    }

    private void send(SimulatedCommand command, Runnable applied, Runnable fenced, Runnable refused) {
        int sender = generation;
        lastArrivalNanos = Math.max(lastArrivalNanos, cluster.nowNanos + cluster.delayNanos(400));
        cluster.after(lastArrivalNanos - cluster.nowNanos, () -> {
            boolean lucky = cluster.random.nextInt(30) != 0;
            if (sender == generation && !(lucky && cluster.append(this, command, applied, fenced))) {
                cluster.after(cluster.delayNanos(300), () -> {
                    if (sender == generation) {
                        refused.run();
                    }
                });
            }
        });
    }

    private void applyLater() {
        cluster.after(
                cluster.delayNanos(300),
                () -> whenRunning(() -> {
                    int upTo = Math.min(cluster.log.size(), applied + 1 + cluster.random.nextInt(20));
                    while (applied < upTo) {
                        apply(cluster.log.get(applied));
                    }
                    while (!waits.isEmpty() && waits.peek().index <= applied) {
                        waits.remove().then.run();
                    }
                    if (applied < cluster.log.size()) {
                        applyLater();
                    } else {
                        applying = false;
                    }
                }));
    }

    private void apply(SimulatedCluster.Entry entry) {
        applied++;
        long now = clock.advance(local(cluster.nowNanos));
        boolean inTerm = change(entry, now);
        cluster.applied(applied, table);
        if (entry.origin() == generation && entry.applied() != null && entry.fenced() != null) {
            (inTerm ? entry.applied() : entry.fenced()).run();
        }
        boolean marker = entry.command() instanceof SimulatedCommand.Marker;
        if (marker && entry.origin() == generation && entry.term() == reignTerm) {
            keeper.promoted(reignTerm, table.image());
        }
    }

    private boolean change(SimulatedCluster.Entry entry, long now) {
        switch (entry.command()) {
            case SimulatedCommand.Grant grant -> {
                if (!table.contains(grant.id())) {
                    table.grant(grant.id(), grant.ttlSeconds(), applied, now);
                    keeper.granted(grant.id(), applied, grant.ttlSeconds());
                    cluster.history.grantApplied(new Incarnation(grant.id(), applied), cluster.nowNanos);
                }
                return true;
            }
            case SimulatedCommand.Revoke revoke -> {
                Optional<LeaseView> lease = table.lease(revoke.id());
                if (lease.isPresent()) {
                    end(new Incarnation(revoke.id(), lease.get().grantIndex()));
                    cluster.history.revokeApplied(
                            new Incarnation(revoke.id(), lease.get().grantIndex()), cluster.nowNanos);
                }
                return true;
            }
            case SimulatedCommand.Expire expire -> {
                boolean inTerm = expire.term() == entry.term();
                for (Incarnation lease : expire.leases()) {
                    if (inTerm && table.contains(lease.id(), lease.grantIndex())) {
                        end(lease);
                    }
                }
                return inTerm;
            }
            case SimulatedCommand.Checkpoint checkpoint -> {
                boolean inTerm = checkpoint.term() == entry.term();
                for (Remaining lease : checkpoint.leases()) {
                    if (inTerm) {
                        table.checkpoint(lease.id(), lease.grantIndex(), lease.leftMillis(), now);
                    }
                }
                return inTerm;
            }
            case SimulatedCommand.Clear clear -> {
                boolean inTerm = clear.term() == entry.term();
                for (Incarnation lease : clear.leases()) {
                    if (inTerm) {
                        table.clear(lease.id(), lease.grantIndex());
                    }
                }
                return inTerm;
            }
            case SimulatedCommand.Marker marker -> {
                table.marker(now);
                keeper.marked(marker.leaderId(), entry.term());
                return true;
            }
        }
    }

    private void end(Incarnation lease) {
        table.revoke(lease.id());
        keeper.ended(List.of(lease));
    }

    private void nextTurn() {
        int runs = generation;
        long pauseNanos = cluster.random.nextInt(200) == 0
                ? cluster.delayNanos(450)
                : cluster.random.nextLong(10 * KeeperRig.MILLI);
        cluster.after(
                pauseNanos,
                () -> whenRunning(() -> {
                    if (runs == generation) {
                        readings = 0;
                        keeper.turn();
                        lastTurnNanos = cluster.nowNanos;
                        nextTurn();
                    }
                }));
    }

    /** In a turn the first reading may be old: the thread was held up between it and the taking of the mail. */
    private long read() {
        readings++;
        boolean heldUp = readings == 1 && cluster.random.nextInt(3) == 0;
        long sinceNanos = cluster.nowNanos - lastTurnNanos;
        return local(heldUp ? cluster.nowNanos - cluster.random.nextLong(sinceNanos + 1) : cluster.nowNanos);
    }

    private void whenRunning(Runnable action) {
        if (cluster.nowNanos < stalledUntilNanos) {
            cluster.after(stalledUntilNanos - cluster.nowNanos, () -> whenRunning(action));
        } else {
            action.run();
        }
    }

    /** A round of messages; this member is confirmed if it leads at the moment the majority has answered. */
    private void confirm(LeadershipGuard.ConfirmListener listener) {
        int asked = generation;
        cluster.after(cluster.delayNanos(200), () -> {
            boolean leads = cluster.leader == this;
            long term = cluster.term;
            int committed = cluster.log.size();
            cluster.after(
                    cluster.delayNanos(200),
                    () -> whenRunning(() -> {
                        if (asked == generation && leads) {
                            listener.confirmed(term, committed);
                        } else if (asked == generation) {
                            listener.refused(ErrorCode.NOT_LEADER);
                        }
                    }));
        });
    }

    private void whenApplied(long index, Runnable then) {
        if (index <= applied) {
            then.run();
        } else {
            waits.add(new Wait(index, then));
        }
    }

    private LeaseKeeper newKeeper() {
        LeaseProposals proposals = new LeaseProposals() {
            @Override
            public void proposeExpire(long term, List<Incarnation> leases, Listener listener) {
                send(
                        new SimulatedCommand.Expire(term, leases),
                        listener::applied,
                        listener::refused,
                        listener::refused);
            }

            @Override
            public void proposeCheckpoint(long term, List<Remaining> leases, Listener listener) {
                send(
                        new SimulatedCommand.Checkpoint(term, leases),
                        listener::applied,
                        listener::refused,
                        listener::refused);
            }

            @Override
            public void proposeClear(long term, List<Incarnation> leases, Listener listener) {
                send(new SimulatedCommand.Clear(term, leases), listener::applied, listener::refused, listener::refused);
            }
        };
        return new LeaseKeeper(
                new LeaseSurroundings(this::confirm, proposals, this::whenApplied),
                new LeaseKeeperSettings(Duration.ofSeconds(1)),
                clock,
                this::read);
    }

    private long local(long trueNanos) {
        return (long) (trueNanos * rate) + number * 1_000_000_007L;
    }

    private static LeaseTable throughTheManifest(LeaseTable table, long nowNanos) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            table.image().encode(new DataOutputStream(bytes));
            return LeaseTable.restore(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), nowNanos);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
