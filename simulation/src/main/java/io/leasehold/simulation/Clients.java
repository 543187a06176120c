package io.leasehold.simulation;

import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.server.replica.ReadPoint;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Outcome;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Clients that grant, renew, revoke, write and read at random members. For keys it is checked that they are linearizable:
 * revisions are a total order, so it is enough that each answer fits the truth at its revision and that revisions never
 * fall behind what had been answered before the question.
 */
final class Clients {
    private static final int LEASES = 6;
    private static final int KEYS = 8;
    private static final int REQUEST_DELAY_MAX_MILLIS = 100;
    /** TTLs of one lease id: different from one incarnation to the next, so that an answer tells which one it is of. */
    private static final int TTLS = 7;

    private final Cluster cluster;
    private final Agenda agenda;
    private final Observer observer;
    private final Map<Long, Long> grants = new HashMap<>();
    private long writes;
    /** The highest revision that anybody has been told. */
    private long toldRevision;

    private boolean active;
    private long answeredReads;
    private long answeredWrites;

    Clients(Cluster cluster) {
        this.cluster = cluster;
        this.agenda = cluster.agenda;
        this.observer = cluster.observer;
    }

    long answeredReads() {
        return answeredReads;
    }

    long answeredWrites() {
        return answeredWrites;
    }

    void begin() {
        active = true;
        for (long id = 1; id <= LEASES; id++) {
            live(id == LEASES ? Long.MIN_VALUE : id);
        }
        useKeys();
    }

    /** Leases that were not revoked run out from here on. */
    void end() {
        active = false;
    }

    private void live(long id) {
        long pauseNanos = agenda.oneIn(4) ? agenda.delayNanos(9_000) : agenda.delayNanos(1_500) + 200 * Agenda.MILLI;
        agenda.after(pauseNanos, () -> {
            if (active) {
                act(id);
                live(id);
            }
        });
    }

    private void act(long id) {
        int dice = agenda.random.nextInt(20);
        if (dice < 4) {
            grant(id);
        } else if (dice == 4) {
            revoke(id);
            if (agenda.oneIn(2)) {
                grant(id);
            }
        } else {
            // A client that does not know who leads asks everybody.
            cluster.members.forEach(member -> renew(member, id));
        }
    }

    private void useKeys() {
        agenda.after(agenda.delayNanos(400) + 20 * Agenda.MILLI, () -> {
            if (active) {
                ByteSequence key = ByteSequence.utf8("k" + agenda.random.nextInt(KEYS));
                if (agenda.oneIn(2)) {
                    read(key);
                } else {
                    write(key);
                }
                useKeys();
            }
        });
    }

    void grant(long id) {
        grant(id, 1 + grants.merge(id, 1L, Long::sum) % TTLS);
    }

    void grant(long id, long ttlSeconds) {
        propose(new Command.LeaseGrant(id, ttlSeconds), outcome -> {
            if (outcome instanceof Outcome.Granted) {
                observer.leases.grantReplied(id, ttlSeconds);
            }
        });
    }

    private void revoke(long id) {
        long sentNanos = agenda.nowNanos();
        propose(new Command.LeaseRevoke(id), outcome -> {
            if (outcome instanceof Outcome.Revoked) {
                observer.leases.revokeReplied(id, sentNanos);
            }
        });
    }

    void renew(SimulatedMember member, long id) {
        long sentNanos = agenda.nowNanos();
        agenda.after(agenda.delayNanos(REQUEST_DELAY_MAX_MILLIS), () -> {
            long socketNanos = agenda.nowNanos();
            member.request(node -> {
                boolean fairlyRead = member.waitedFairlySince(socketNanos);
                LeasePromises.Request request =
                        new LeasePromises.Request(id, sentNanos, socketNanos, agenda.nowNanos(), fairlyRead);
                node.renew(id, Runnable::run, answer -> observer.leases.answered(request, answer));
            });
        });
    }

    private void write(ByteSequence key) {
        ByteSequence value = ByteSequence.utf8("v" + writes++);
        long leaseId = agenda.oneIn(2) ? 0 : 1 + agenda.random.nextInt(LEASES - 1);
        long floor = toldRevision;
        propose(Command.Put.of(key, value, leaseId), outcome -> {
            if (outcome instanceof Outcome.Written written) {
                answeredWrites++;
                Optional<KeyValueRecord> record = observer.snapshot().get(key, written.revision());
                boolean there = record.isPresent() && record.get().value().equals(value);
                if (written.revision() <= floor || !there) {
                    throw new PromiseBroken(
                            "keys",
                            "a write of " + key + " got revision " + written.revision() + ", told before was " + floor
                                    + ", there is " + record);
                }
                toldRevision = Math.max(toldRevision, written.revision());
            }
        });
    }

    private void read(ByteSequence key) {
        SimulatedMember target = cluster.anyMember();
        long floor = toldRevision;
        agenda.after(
                agenda.delayNanos(REQUEST_DELAY_MAX_MILLIS),
                () -> target.request(node -> node.linearizable(Runnable::run, point -> {
                    if (point instanceof ReadPoint.Ready ready) {
                        answeredReads++;
                        long revision = ready.snapshot().revision();
                        String got = ready.snapshot()
                                .get(key)
                                .map(KeyValueRecord::toString)
                                .orElse("nothing");
                        String truth = observer.snapshot()
                                .get(key, revision)
                                .map(KeyValueRecord::toString)
                                .orElse("nothing");
                        if (revision < floor || !got.equals(truth)) {
                            throw new PromiseBroken(
                                    "keys",
                                    "a read of " + key + " at " + revision + " got " + got + ", the truth is " + truth
                                            + ", told before was " + floor);
                        }
                        toldRevision = Math.max(toldRevision, revision);
                    }
                })));
    }

    private void propose(Command command, Consumer<Outcome> listener) {
        SimulatedMember target = cluster.members.stream()
                .filter(SimulatedMember::leads)
                .findAny()
                .orElse(cluster.anyMember());
        SimulatedMember asked = agenda.oneIn(4) ? cluster.anyMember() : target;
        agenda.after(
                agenda.delayNanos(REQUEST_DELAY_MAX_MILLIS),
                () -> asked.request(node -> node.propose(command, Runnable::run, listener)));
    }
}
