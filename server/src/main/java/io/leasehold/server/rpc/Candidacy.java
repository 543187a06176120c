package io.leasehold.server.rpc;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.mvcc.StoreSnapshot;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.server.replica.ReadPoint;
import io.leasehold.server.replica.Renewal;
import io.leasehold.server.replica.Replica;
import io.leasehold.server.watch.WatchStream;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.RangeEvaluator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One place in the line for a lock or an election: a key under the line's prefix that lives as long as a lease. Whoever
 * has the oldest key has its turn. The keys are those of etcd's clients, so that they stand in the same line.
 *
 * <p>A waiter watches the key before its own, so that a turn wakes one waiter only, and its own, so that it learns at
 * once that its lease has ended. Confined to the executor's thread.
 *
 * <pre>
 *   lease ──► key ──► mine is the oldest? ── yes ──► turn
 *                          │ no      ▲
 *                          ▼         │ one of them is gone
 *                watch the one before, and mine
 * </pre>
 */
final class Candidacy {
    /** The lease that a caller without one gets; as with etcd nobody renews it. */
    private static final long OWN_LEASE_TTL_SECONDS = 60;

    /** What the line is for, and who wants to stand in it. */
    record Candidate(ByteSequence name, long leaseId, ByteSequence value) {}

    /**
     * A turn.
     *
     * @param key the candidate's key
     * @param createRevision the key's create revision: the proof of this candidacy
     * @param leaseId the lease the key lives with
     * @param enteredRevision store revision when the candidate entered the line
     * @param revision store revision when it was found to be first
     */
    record Turn(ByteSequence key, long createRevision, long leaseId, long enteredRevision, long revision) {}

    private final Access access;
    private final Replica replica;
    private final Executor executor;
    private final Candidate candidate;
    private final KeyRange line;
    private final Consumer<Turn> turn;
    private final Consumer<ErrorCode> refused;

    private ByteSequence key = ByteSequence.EMPTY;
    private long leaseId;
    private long createRevision;
    private long enteredRevision;
    private @Nullable WatchStream watch;
    private boolean finished;

    /** Exactly one of the listeners is called, unless the candidacy is abandoned. */
    Candidacy(Access access, Executor executor, Candidate candidate, Consumer<Turn> turn, Consumer<ErrorCode> refused) {
        this.access = access;
        this.replica = access.gate().replica();
        this.executor = executor;
        this.candidate = candidate;
        this.line = line(candidate.name());
        this.turn = turn;
        this.refused = refused;
    }

    /** All keys of a line: those that begin with its name and a slash. */
    static KeyRange line(ByteSequence name) {
        // The byte behind '/' is '0': the end of all keys with that prefix.
        return KeyRange.of(name.concat(ByteSequence.utf8("/")), name.concat(ByteSequence.utf8("0")));
    }

    /** The read that finds who is first in a line. */
    static Command.Range first(KeyRange line) {
        return oneByCreation(line, Command.SortOrder.ASCEND, 0);
    }

    /** A change of a candidate's key that happens only while it is the key that was created at that revision. */
    static Command.Txn guarded(ByteSequence key, long createRevision, Command.Op change) {
        Command.Compare same = Command.Compare.number(
                KeyRange.single(key), Command.CompareTarget.CREATE, Command.CompareOperator.EQUAL, createRevision);
        return new Command.Txn(List.of(same), List.of(change), List.of());
    }

    /** Enters the line. With no lease, {@code freshIds} names the one that is granted. */
    void start(LongSupplier freshIds) {
        if (candidate.leaseId() != 0) {
            access.renew(candidate.leaseId(), executor, renewal -> {
                switch (renewal) {
                    case Renewal.Answered answered -> {
                        if (answered.ttlSeconds() > 0) {
                            enter(candidate.leaseId());
                        } else {
                            refuse(ErrorCode.LEASE_NOT_FOUND);
                        }
                    }
                    case Renewal.Failed failed -> refuse(failed.code());
                }
            });
            return;
        }
        propose(new Command.LeaseGrant(freshIds.getAsLong(), OWN_LEASE_TTL_SECONDS), outcome -> {
            if (outcome instanceof Outcome.Granted granted) {
                enter(granted.id());
            }
        });
    }

    /** Leaves the line, also while still entering it. Does nothing after a turn or a refusal. */
    void abandon() {
        if (!finished) {
            finish();
            leave();
        }
    }

    private void enter(long lease) {
        if (finished) {
            return;
        }
        leaseId = lease;
        String suffix = lease < 0 ? "-" + Long.toUnsignedString(-lease, 16) : Long.toString(lease, 16);
        key = line.key().concat(ByteSequence.utf8(suffix));
        Command.Compare absent = Command.Compare.number(
                KeyRange.single(key), Command.CompareTarget.CREATE, Command.CompareOperator.EQUAL, 0);
        propose(
                new Command.Txn(
                        List.of(absent),
                        List.of(Command.Put.of(key, candidate.value(), lease), first(line)),
                        List.of(Command.Range.of(KeyRange.single(key)), first(line))),
                outcome -> {
                    if (outcome instanceof Outcome.TxnDone done) {
                        entered(done);
                    }
                });
    }

    private void entered(Outcome.TxnDone done) {
        enteredRevision = done.revision();
        createRevision = done.succeeded()
                ? done.revision()
                : only(done.results().getFirst()).createRevision();
        if (finished) {
            leave();
            return;
        }
        if (!done.succeeded() && only(done.results().getFirst()).compareValue(candidate.value()) != 0) {
            // The candidate stands in line already, with another value: its place stays.
            propose(guarded(key, createRevision, Command.Put.of(key, candidate.value(), leaseId)), outcome -> look());
        } else if (only(done.results().getLast()).key().equals(key)) {
            itsTurn(done.revision());
        } else {
            look();
        }
    }

    private void look() {
        if (finished) {
            return;
        }
        access.read(false, Need.read(line), executor, point -> {
            switch (point) {
                case ReadPoint.Ready ready -> look(ready.snapshot());
                case ReadPoint.Failed failed -> giveUp(failed.code());
            }
        });
    }

    private void look(StoreSnapshot snapshot) {
        if (finished) {
            return;
        }
        Optional<KeyValueRecord> own = snapshot.get(key);
        if (own.isEmpty() || own.get().createRevision() != createRevision) {
            refuse(ErrorCode.LOCK_SESSION_EXPIRED);
            return;
        }
        Command.Range before = oneByCreation(line, Command.SortOrder.DESCEND, createRevision - 1);
        switch (RangeEvaluator.evaluate(snapshot, before)) {
            case Outcome.Ranged ranged -> {
                if (ranged.records().isEmpty()) {
                    itsTurn(snapshot.revision());
                } else {
                    await(ranged.records().getFirst().key(), snapshot.revision());
                }
            }
            case Outcome.Refused unreadable -> giveUp(unreadable.code());
        }
    }

    private void await(ByteSequence before, long revision) {
        watch = DeletionWatch.open(replica.watches(), List.of(before, key), revision + 1, executor, this::look);
    }

    private void itsTurn(long revision) {
        finish();
        turn.accept(new Turn(key, createRevision, leaseId, enteredRevision, revision));
    }

    /** The line cannot be seen any more: leaves it, as far as that is possible. */
    private void giveUp(ErrorCode code) {
        if (!finished) {
            leave();
            refuse(code);
        }
    }

    private void refuse(ErrorCode code) {
        if (!finished) {
            finish();
            refused.accept(code);
        }
    }

    private void finish() {
        finished = true;
        if (watch != null) {
            watch.close();
        }
    }

    private void leave() {
        if (createRevision != 0) {
            Command.DeleteRange removal = new Command.DeleteRange(KeyRange.single(key), false);
            access.propose(guarded(key, createRevision, removal), executor, outcome -> {
                // Whatever came of it, nobody waits for it; at the latest the lease's end removes the key.
            });
        }
    }

    /** The listener also hears of outcomes after the end; a refusal ends the candidacy. */
    private void propose(Command command, Consumer<Outcome> listener) {
        Optional<ErrorCode> refusal = replica.admit(command);
        if (refusal.isPresent()) {
            replica.whenAlarmed(executor, () -> refuse(refusal.get()));
            return;
        }
        access.propose(command, executor, outcome -> {
            if (outcome instanceof Outcome.Refused unwanted) {
                refuse(unwanted.code());
            } else {
                listener.accept(outcome);
            }
        });
    }

    private static Command.Range oneByCreation(KeyRange line, Command.SortOrder order, long maxCreateRevision) {
        return new Command.Range(
                line, 1, 0, order, Command.SortTarget.CREATE, false, false, false, 0, 0, 0, maxCreateRevision);
    }

    private static KeyValueRecord only(Outcome.OpResult result) {
        if (result instanceof Outcome.Ranged ranged && ranged.records().size() == 1) {
            return ranged.records().getFirst();
        }
        throw new IllegalStateException("expected one key of the line, got " + result);
    }
}
