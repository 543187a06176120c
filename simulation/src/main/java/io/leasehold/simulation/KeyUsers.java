package io.leasehold.simulation;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.server.replica.ReadPoint;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Outcome;
import java.util.List;
import java.util.Optional;

/**
 * Clients that write, read, delete and compare a few keys at random members, and see that they are linearizable: revisions
 * are a total order, so it is enough that each answer fits the truth at its revision and that revisions never fall behind
 * what had been answered before the question.
 */
final class KeyUsers {
    private static final int KEYS = 8;
    private static final int REQUEST_DELAY_MAX_MILLIS = 100;
    /** Revisions that a compaction leaves. */
    private static final int HISTORY_MAX = 40;

    private final Cluster cluster;
    private final Agenda agenda;
    private final Conditions conditions;
    private final Observer observer;
    private long values;
    /** The highest revision that anybody has been told. */
    private long toldRevision;

    private boolean active;
    private long answeredReads;
    private long answeredWrites;

    KeyUsers(Cluster cluster) {
        this.cluster = cluster;
        this.agenda = cluster.agenda;
        this.conditions = cluster.conditions();
        this.observer = cluster.observer;
    }

    static ByteSequence anyKey(Agenda agenda) {
        return text("k" + agenda.random.nextInt(KEYS));
    }

    static ByteSequence text(String text) {
        return ByteSequence.utf8(text);
    }

    long answeredReads() {
        return answeredReads;
    }

    long answeredWrites() {
        return answeredWrites;
    }

    void begin() {
        active = true;
        use();
    }

    void end() {
        active = false;
    }

    private void use() {
        agenda.after(agenda.delayNanos(conditions.keyPauseMaxMillis) + 20 * Agenda.MILLI, () -> {
            if (active) {
                ByteSequence key = anyKey(agenda);
                switch (agenda.random.nextInt(24)) {
                    case 0 -> compact();
                    case 1, 2 -> delete(key);
                    case 3, 4, 5 -> compareAndSet(key);
                    case 6, 7, 8, 9, 10, 11, 12 -> put(key);
                    default -> read(key);
                }
                use();
            }
        });
    }

    private void put(ByteSequence key) {
        ByteSequence value = freshValue();
        long floor = toldRevision;
        cluster.propose(Command.Put.of(key, value, anyLease()), outcome -> {
            if (outcome instanceof Outcome.Written written) {
                requireWritten(key, value, written.revision(), floor);
            }
        });
    }

    private void delete(ByteSequence key) {
        long floor = toldRevision;
        cluster.propose(new Command.DeleteRange(only(key), false), outcome -> {
            if (outcome instanceof Outcome.Deleted deleted) {
                Optional<KeyValueRecord> truth = observer.truth(key, deleted.revision());
                require(truth.isEmpty(), "a deletion of " + key + " at " + deleted.revision() + " left " + truth);
                told(key, deleted.revision(), floor + (deleted.deleted() > 0 ? 1 : 0));
            }
        });
    }

    /** Sets the key if it is still what it was lately, else reads it. */
    private void compareAndSet(ByteSequence key) {
        long floor = toldRevision;
        long expected =
                observer.truth(key, floor).map(KeyValueRecord::modRevision).orElse(0L);
        ByteSequence value = freshValue();
        Command.Compare unchanged =
                Command.Compare.number(only(key), Command.CompareTarget.MOD, Command.CompareOperator.EQUAL, expected);
        Command.Txn txn = new Command.Txn(
                List.of(unchanged),
                List.of(Command.Put.of(key, value, anyLease())),
                List.of(Command.Range.of(only(key))));
        cluster.propose(txn, outcome -> {
            if (outcome instanceof Outcome.TxnDone done) {
                long before = done.revision() - (done.succeeded() ? 1 : 0);
                long found = observer.truth(key, before)
                        .map(KeyValueRecord::modRevision)
                        .orElse(0L);
                require(
                        done.succeeded() == (found == expected),
                        "a comparison of " + key + " with " + expected + " gave " + done + ", there was " + found);
                if (done.succeeded()) {
                    requireWritten(key, value, done.revision(), floor);
                } else {
                    told(key, done.revision(), floor);
                }
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
                        String got = ready.snapshot().get(key).toString();
                        String truth = observer.truth(key, revision).toString();
                        require(
                                got.equals(truth),
                                "a read of " + key + " at " + revision + " got " + got + ", the truth is " + truth);
                        told(key, revision, floor);
                    }
                })));
    }

    private void compact() {
        if (conditions.compactions && toldRevision > HISTORY_MAX) {
            long revision = toldRevision - agenda.random.nextInt(HISTORY_MAX);
            cluster.propose(new Command.Compact(revision, agenda.oneIn(2)), outcome -> {});
        }
    }

    private void requireWritten(ByteSequence key, ByteSequence value, long revision, long floor) {
        Optional<KeyValueRecord> truth = observer.truth(key, revision);
        boolean there = truth.isPresent() && truth.get().value().equals(value);
        require(there, "a write of " + key + " got revision " + revision + ", there is " + truth);
        answeredWrites++;
        told(key, revision, floor + 1);
    }

    /** Somebody is told of a revision, which must not be below what others had been told before he asked. */
    private void told(ByteSequence key, long revision, long atLeast) {
        require(revision >= atLeast, key + " answered at revision " + revision + ", expected " + atLeast + " or later");
        toldRevision = Math.max(toldRevision, revision);
    }

    private static void require(boolean kept, String seen) {
        if (!kept) {
            throw new PromiseBroken("keys", seen);
        }
    }

    private static KeyRange only(ByteSequence key) {
        return KeyRange.of(key, ByteSequence.EMPTY);
    }

    private ByteSequence freshValue() {
        return text("v" + values++);
    }

    private long anyLease() {
        return agenda.oneIn(2) ? 0 : LeaseHolders.IDS.get(agenda.random.nextInt(LeaseHolders.IDS.size()));
    }
}
