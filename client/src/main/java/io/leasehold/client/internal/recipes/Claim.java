package io.leasehold.client.internal.recipes;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.kv.TxnResult;
import io.leasehold.client.recipes.HoldEnd;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A session's key in a line of such keys, from when it is put until it is gone. It is watched all that time, so that its
 * deletion is noticed at once, also by those that still wait.
 *
 * <pre>
 *  QUEUED ─► ENTERING ─► WAITING ─► HELD        QUEUED: another claim of this process has the key
 *     └─────────┴──────────┴─────────┴─► LEAVING ─► OVER
 * </pre>
 *
 * All state belongs to the turns of the session's claims; the volatile fields may be read from anywhere.
 */
final class Claim {
    private enum State {
        QUEUED,
        ENTERING,
        WAITING,
        HELD,
        LEAVING,
        OVER
    }

    private final HolderClaims claims;
    private final ClientParts parts;
    private final Line line;
    private final long leaseId;
    private final ByteSequence key;
    private final boolean patient;
    private final CompletableFuture<Claim> held = new CompletableFuture<>();
    private final CompletableFuture<HoldEnd> ended = new CompletableFuture<>();
    private State state = State.QUEUED;
    private final ByteSequence value;
    private volatile long createRevision;
    private volatile boolean givenUp;
    private int failures;
    private @Nullable Waiting<Boolean> waiting;
    private @Nullable Disappearance ownKey;

    /** Who is not patient gives up when it does not have its turn at once. */
    Claim(HolderClaims claims, Line line, long leaseId, ByteSequence key, ByteSequence value, boolean patient) {
        this.claims = claims;
        this.parts = claims.parts();
        this.line = line;
        this.leaseId = leaseId;
        this.key = key;
        this.value = value;
        this.patient = patient;
    }

    ByteSequence key() {
        return key;
    }

    long leaseId() {
        return leaseId;
    }

    /** The key's create revision; 0 before it is put. */
    long createRevision() {
        return createRevision;
    }

    Compare guard() {
        return Compare.createRevision(key).equalTo(createRevision);
    }

    boolean isPatient() {
        return patient;
    }

    /**
     * Completes in a turn when it is at the front, or fails when it never will be: with {@code CANCELLED} when it was given up,
     * and its key is gone.
     */
    CompletableFuture<Claim> held() {
        return held;
    }

    /** Completes in a turn, exactly once, when it is over. */
    CompletableFuture<HoldEnd> ended() {
        return ended;
    }

    /** Whether this side goes on to rely on it. Any thread. */
    boolean isWanted() {
        return !givenUp && !ended.isDone();
    }

    /** Any thread: gives it up, whatever its state. */
    void leave() {
        givenUp = true;
        claims.turn(this::leaveNow);
    }

    /** Any thread: gives it up unless it is held. */
    void giveUpWaiting() {
        claims.turn(() -> {
            if (state != State.HELD) {
                leaveNow();
            }
        });
    }

    // ---- in turns of the session's claims

    void enter() {
        if (state != State.QUEUED && state != State.ENTERING) {
            return;
        }
        state = State.ENTERING;
        Futures.onEnd(
                parts.kv()
                        .txn()
                        .when(Compare.createRevision(key).equalTo(0))
                        .then(Op.put(key, value, PutOptions.DEFAULT.lease(leaseId)), line.front())
                        .otherwise(Op.get(key), line.front())
                        .commit(),
                (result, failed) -> claims.turn(() -> entered(result, failed)));
    }

    private void entered(@Nullable TxnResult result, @Nullable Throwable failed) {
        if (state == State.OVER) {
            return;
        }
        if (result != null) {
            failures = 0;
            put(result);
        } else if (ClientParts.isPassing(Objects.requireNonNull(failed))) {
            if (state == State.LEAVING) {
                delete();
            } else {
                again(this::enter);
            }
        } else {
            Throwable cause = Futures.cause(failed);
            boolean noLease = cause instanceof LeaseholdException known && known.is(ErrorCode.LEASE_NOT_FOUND);
            over(HoldEnd.SESSION_LOST, noLease ? lostException(HoldEnd.SESSION_LOST) : cause);
        }
    }

    private void put(TxnResult result) {
        long revision = result.header().revision();
        KeyValue there = result.succeeded() ? null : result.get(0).first().orElseThrow(IllegalStateException::new);
        if (there != null && there.leaseId() != leaseId) {
            over(
                    HoldEnd.RELEASED,
                    LeaseholdException.local(
                            LeaseholdException.Kind.REFUSED, "key " + key + " belongs to another lease"));
            return;
        }
        createRevision = there == null ? revision : there.createRevision();
        if (state == State.LEAVING) {
            delete();
            return;
        }
        ownKey = Disappearance.of(parts, key, revision, this::isTheSame, () -> claims.turn(this::gone));
        if (there != null && !there.value().equals(value)) {
            changeValue();
        }
        GetResult front = result.get(1);
        state = State.WAITING;
        if (line.isTurnOf(createRevision, front)) {
            hold();
        } else if (!patient) {
            leaveNow();
        } else {
            Waiting<Boolean> wait = new Waiting<>(parts, claims.turns(), this::look, (turn, failed) -> {
                if (failed == null) {
                    hold();
                } else {
                    refused(failed);
                }
            });
            waiting = wait;
            wait.look();
        }
    }

    private boolean isTheSame(KeyValue entry) {
        return entry.createRevision() == createRevision;
    }

    private void gone() {
        if (state == State.WAITING || state == State.HELD) {
            lost(HoldEnd.KEY_DELETED);
        }
    }

    /** Whether it has its turn; the key itself is looked at too, since who waits with a dead key must not win. */
    private CompletableFuture<Sight<Boolean>> look() {
        return parts.kv()
                .txn()
                .then(line.before(createRevision), Op.get(key))
                .commit()
                .thenApply(result -> {
                    boolean there =
                            result.get(1).first().filter(this::isTheSame).isPresent();
                    if (!there) {
                        throw lostException(HoldEnd.KEY_DELETED);
                    }
                    GetResult before = result.get(0);
                    return before.entries().size() < line.places()
                            ? new Sight.Found<>(true)
                            : line.obstacle(before, result.header().revision());
                });
    }

    private void hold() {
        state = State.HELD;
        waiting = null;
        held.complete(this);
    }

    /** It cannot go on waiting: the key is gone, or must be taken away. */
    private void refused(Throwable failed) {
        boolean gone =
                failed instanceof LeaseholdException known && known.kind() == LeaseholdException.Kind.SESSION_LOST;
        if (gone) {
            lost(HoldEnd.KEY_DELETED);
        } else {
            held.completeExceptionally(failed);
            leaveNow();
        }
    }

    /** The key was there, put in the name of the same lease: it keeps its place and gets this value. */
    private void changeValue() {
        Op put = Op.put(key, value, PutOptions.DEFAULT.lease(leaseId));
        Futures.onEnd(parts.kv().txn().when(guard()).then(put).commit(), (result, failed) -> {
            if (failed != null) {
                claims.turn(() -> refused(Futures.cause(failed)));
            }
        });
    }

    void lost(HoldEnd why) {
        // Who has begun to give it up is told of that.
        over(state == State.LEAVING ? HoldEnd.RELEASED : why, lostException(why));
    }

    private void leaveNow() {
        State before = state;
        if (before == State.LEAVING || before == State.OVER) {
            return;
        }
        givenUp = true;
        if (before == State.QUEUED) {
            over(HoldEnd.RELEASED, givenUpException());
            return;
        }
        state = State.LEAVING;
        if (waiting != null) {
            waiting.stop();
        }
        if (before != State.ENTERING) {
            delete();
        }
    }

    /** Compares first: a repeated delete must not take a later key of the same name. */
    private void delete() {
        if (state != State.LEAVING) {
            return;
        }
        Compare mine = createRevision > 0 ? guard() : Compare.lease(key).equalTo(leaseId);
        Futures.onEnd(
                parts.kv().txn().when(mine).then(Op.delete(key)).commit(),
                (result, failed) -> claims.turn(() -> {
                    if (failed != null && ClientParts.isPassing(failed)) {
                        again(this::delete);
                    } else {
                        over(HoldEnd.RELEASED, givenUpException());
                    }
                }));
    }

    private void again(Runnable step) {
        failures++;
        Futures.onEnd(parts.pauses().afterFailures(failures), (passed, cancelled) -> claims.turn(step));
    }

    private void over(HoldEnd how, Throwable unlessHeld) {
        if (state == State.OVER) {
            return;
        }
        state = State.OVER;
        if (waiting != null) {
            waiting.stop();
        }
        if (ownKey != null) {
            ownKey.close();
        }
        claims.remove(this);
        held.completeExceptionally(unlessHeld);
        ended.complete(how);
    }

    private LeaseholdException lostException(HoldEnd why) {
        return LeaseholdException.local(
                LeaseholdException.Kind.SESSION_LOST,
                why == HoldEnd.KEY_DELETED
                        ? "the key " + key + " is gone, by somebody's hand or with its lease"
                        : "the session of " + key + " is lost");
    }

    private LeaseholdException givenUpException() {
        return LeaseholdException.local(LeaseholdException.Kind.CANCELLED, "given up: " + key);
    }
}
