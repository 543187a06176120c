package io.leasehold.client.internal.leasing;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.TxnResult;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A write of any kind: done in one transaction with the condition that nobody else owns what it may change, after others
 * have been asked to give it back. On the client's thread.
 *
 * <pre>
 *          ranges to delete?                          guards hold
 *   begin ──yes──▶ CLEARING ──all given back──▶ TRYING ───────────▶ done
 *     └────no───────────────────────────────────▶ ▲ │
 *                                                 │ │ somebody owns a key
 *                                all given back   │ ▼
 *                                             ASKING (REVOKE, wait for the leasing key to go)
 * </pre>
 */
final class GuardedWrite {
    /** More keys than this are not read back in the transaction; the next read of each asks for it. */
    private static final int READ_BACK_MAX = 16;

    private final LeasingCore core;
    private final Kv server;
    private final long deadlineNanos;
    private final Op.TxnRequest txn;
    private final WriteSet writes;

    /** Whether the user's transaction stands in a transaction of its own, as it has conditions of its own. */
    private final boolean nested;

    private final CompletableFuture<TxnResult> result = new CompletableFuture<>();
    private volatile @Nullable CompletableFuture<?> call;
    private boolean contended;

    GuardedWrite(LeasingCore core, Kv server, long waitNanos, Op.TxnRequest txn, WriteSet writes) {
        this.core = core;
        this.server = server;
        this.deadlineNanos = core.timeline().nanos() + waitNanos;
        this.txn = txn;
        this.writes = writes;
        this.nested = !txn.compares().isEmpty();
    }

    /** Begins it; any thread. */
    CompletableFuture<TxnResult> begin() {
        core.opened(this);
        Futures.onEnd(result, (value, failed) -> core.ended(this));
        Calls.passOnCancellation(result, () -> call);
        core.timeline().execute(this::clear);
        return result;
    }

    /** Nobody will do it any more; any thread. */
    void fail(Throwable why) {
        result.completeExceptionally(why);
    }

    // ---- CLEARING

    private void clear() {
        if (isOver()) {
            return;
        }
        if (writes.ranges().isEmpty()) {
            attempt(List.of());
        } else {
            clear(0, new ArrayList<>());
        }
    }

    /** Asks for all that others own in the range of this number and in those behind it. */
    private void clear(int number, List<Compare> guards) {
        if (number == writes.ranges().size()) {
            attempt(guards);
            return;
        }
        if (isOver()) {
            return;
        }
        KeyRange range = writes.ranges().get(number);
        CompletableFuture<GetResult> asked = server.get(core.names().of(range), GetOptions.DEFAULT.keysOnly());
        call = asked;
        core.onEnd(asked, (owned, failed) -> {
            if (owned == null) {
                core.fail(result, Calls.failure(failed));
                return;
            }
            core.saw(owned.header());
            List<ByteSequence> foreign = new ArrayList<>();
            for (KeyValue leasing : owned.entries()) {
                ByteSequence key = core.names().keyOf(leasing.key());
                if (!isOurs(key, leasing)) {
                    foreign.add(key);
                }
            }
            if (foreign.isEmpty()) {
                guards.add(core.names().notOwnedSince(range, owned.header().revision() + 1));
                clear(number + 1, guards);
            } else {
                // And then looks again: the guard would let one pass that was there already and is there still.
                revoke(foreign, () -> clear(number, guards));
            }
        });
    }

    private boolean isOurs(ByteSequence key, KeyValue leasing) {
        // Also one that is being acquired: what it will find is marked as changed below.
        return leasing.leaseId() == core.presentLease() && core.cache().find(key) != null;
    }

    // ---- TRYING

    private void attempt(List<Compare> rangeGuards) {
        if (isOver()) {
            return;
        }
        List<Compare> guards = new ArrayList<>(rangeGuards);
        List<OwnedKey> owned = new ArrayList<>();
        List<OwnedKey> touched = new ArrayList<>();
        for (ByteSequence key : writes.keys()) {
            OwnedKey entry = core.cache().find(key);
            OwnedKey.Ownership ownership = entry == null ? null : entry.ownership();
            if (entry != null && ownership != null) {
                owned.add(entry);
                guards.add(core.names().ownedSince(key, ownership.createRevision()));
            } else {
                guards.add(core.names().unowned(key));
                if (entry != null) {
                    touched.add(entry);
                }
            }
        }
        for (KeyRange range : writes.ranges()) {
            for (OwnedKey entry : core.cache().in(range)) {
                if (!owned.contains(entry) && !touched.contains(entry)) {
                    touched.add(entry);
                }
            }
        }
        List<OwnedKey> readBack = owned.size() <= READ_BACK_MAX ? owned : List.of();
        if (readBack.isEmpty()) {
            touched.addAll(owned);
        }
        send(guards, new Touched(readBack, touched));
    }

    private void send(List<Compare> guards, Touched entries) {
        boolean simple = writes.keys().size() == 1 && writes.ranges().isEmpty() && !entries.ownsAny();
        ByteSequence first = writes.keys().isEmpty()
                ? ByteSequence.EMPTY
                : writes.keys().iterator().next();
        Departures.Wait departure = simple ? core.departures().expect(first) : null;
        entries.begin();
        List<Op> then = new ArrayList<>(nested ? List.of(Op.txn(txn)) : txn.success());
        entries.readBack().forEach(entry -> then.add(Op.get(entry.key())));
        List<Op> otherwise = simple ? List.of(Revocations.ask(core.names(), first)) : lookAtOwners();
        CompletableFuture<TxnResult> sent = server.commit(new Op.TxnRequest(guards, then, otherwise));
        call = sent;
        core.onEnd(sent, (answer, failed) -> {
            if (answer == null) {
                close(departure);
                entries.failed(core, Calls.mayHaveChanged(failed));
                core.fail(result, explained(Calls.failure(failed)));
                return;
            }
            core.saw(answer.header());
            if (answer.succeeded()) {
                close(departure);
                entries.done(core, answer, nested ? 1 : txn.success().size());
                core.complete(result, usersPart(answer));
                return;
            }
            entries.unchanged();
            if (departure != null) {
                core.statistics().revocationsSent.increment();
                await(departure, first, answer);
            } else {
                askOwners(answer);
            }
        });
    }

    private List<Op> lookAtOwners() {
        List<Op> reads = new ArrayList<>();
        writes.keys().forEach(key -> reads.add(Op.get(core.names().of(key))));
        return reads;
    }

    private static void close(Departures.@Nullable Wait departure) {
        if (departure != null) {
            departure.close();
        }
    }

    private TxnResult usersPart(TxnResult answer) {
        if (nested) {
            TxnResult inner = answer.txn(0);
            // etcd leaves the header of a nested transaction empty.
            return new TxnResult(answer.header(), inner.succeeded(), inner.results());
        }
        return new TxnResult(
                answer.header(), true, answer.results().subList(0, txn.success().size()));
    }

    private Throwable explained(Throwable failed) {
        if (failed instanceof LeaseholdException known && known.is(ErrorCode.TOO_MANY_OPS)) {
            int keys = writes.keys().size();
            return new LeaseholdException(
                    known.kind(),
                    ErrorCode.TOO_MANY_OPS,
                    false,
                    known.getMessage() + "; with leasing a transaction with conditions that writes " + keys
                            + " keys needs a max-txn-ops of " + keys + " and as many as it has operations",
                    known);
        }
        return failed;
    }

    // ---- ASKING

    private void await(Departures.Wait departure, ByteSequence key, TxnResult answer) {
        Revocations waiting = new Revocations(core, server, deadlineNanos, this::isOver, this::timedOut);
        waiting.await(departure, key, answer);
        waiting.whenAllGone(this::again);
    }

    /** The first time at once; from then on there are others who want the same. */
    private void again() {
        if (contended) {
            core.soon(this::clear);
        } else {
            contended = true;
            clear();
        }
    }

    private void askOwners(TxnResult answer) {
        List<ByteSequence> foreign = new ArrayList<>();
        int place = 0;
        for (ByteSequence key : writes.keys()) {
            KeyValue leasing = answer.get(place++).first().orElse(null);
            OwnedKey entry = core.cache().find(key);
            OwnedKey.Ownership ownership = entry == null ? null : entry.ownership();
            boolean ours =
                    ownership != null && leasing != null && ownership.createRevision() == leasing.createRevision();
            if (ours) {
                continue;
            }
            if (entry != null && ownership != null) {
                core.giveBack(entry);
            }
            if (leasing != null) {
                foreign.add(key);
            }
        }
        revoke(foreign, this::again);
    }

    private void revoke(List<ByteSequence> foreign, Runnable then) {
        if (foreign.isEmpty()) {
            then.run();
            return;
        }
        Revocations asking = new Revocations(core, server, deadlineNanos, this::isOver, this::timedOut);
        asking.begin(foreign);
        asking.whenAllGone(then);
    }

    private void timedOut(Throwable why) {
        core.fail(result, why);
    }

    /** Whether nobody waits for it any more; then what it waits for is dropped, too. */
    private boolean isOver() {
        return result.isDone();
    }

    /**
     * The entries a write may change: while it is under way they are not read from.
     *
     * @param readBack those it reads again in its own transaction, all of them owned
     * @param others the others
     */
    private record Touched(List<OwnedKey> readBack, List<OwnedKey> others) {
        boolean ownsAny() {
            return !readBack.isEmpty() || others.stream().anyMatch(entry -> entry.ownership() != null);
        }

        void begin() {
            readBack.forEach(OwnedKey::beginWrite);
            others.forEach(OwnedKey::beginWrite);
        }

        void unchanged() {
            readBack.forEach(OwnedKey::endWrite);
            others.forEach(OwnedKey::endWrite);
        }

        /** Refused, or lost on the way: then nobody knows what it did, and the keys are given up. */
        void failed(LeasingCore core, boolean mayHaveChanged) {
            if (mayHaveChanged) {
                // Before they would be readable again.
                readBack.forEach(core::giveBackOrDisturb);
                others.forEach(core::giveBackOrDisturb);
            }
            unchanged();
        }

        void done(LeasingCore core, TxnResult answer, int firstReadBack) {
            long revision = answer.header().revision();
            for (int i = 0; i < readBack.size(); i++) {
                OwnedKey entry = readBack.get(i);
                KeyValue now = answer.get(firstReadBack + i).first().orElse(null);
                if (!LeasingRead.isFree(now)) {
                    core.giveBack(entry);
                }
                entry.endWrite(new OwnedKey.Snapshot(now, revision));
            }
            others.forEach(entry -> entry.endWrite(revision));
        }
    }
}
