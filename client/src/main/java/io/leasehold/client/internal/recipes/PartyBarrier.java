package io.leasehold.client.internal.recipes;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.kv.PutResult;
import io.leasehold.client.kv.Sort;
import io.leasehold.client.kv.TxnResult;
import io.leasehold.client.recipes.DoubleBarrier;
import io.leasehold.client.watch.WatchOptions;
import io.leasehold.protocol.ByteSequence;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A barrier to enter and to leave together. Who enters last puts {@code ready}, on its session's lease, so that a crash leaves
 * nothing behind that opens the next round. Any thread.
 */
final class PartyBarrier implements DoubleBarrier {
    private static final ByteSequence WAITERS = ByteSequence.utf8("waiters/");
    private static final ByteSequence READY = ByteSequence.utf8("ready");

    private final ClientParts parts;
    private final HolderClaims claims;
    private final KeyRange waiters;
    private final ByteSequence ready;
    private final int parties;
    private final AtomicReference<@Nullable Claim> mine = new AtomicReference<>();

    PartyBarrier(ClientParts parts, HolderClaims claims, ByteSequence name, int parties) {
        if (parties < 1) {
            throw new IllegalArgumentException("parties " + parties);
        }
        ByteSequence prefix = ClientParts.under(name);
        this.parts = parts;
        this.claims = claims;
        this.waiters = KeyRange.prefix(prefix.concat(WAITERS));
        this.ready = prefix.concat(READY);
        this.parties = parties;
    }

    @Override
    public CompletableFuture<Void> enter() {
        // Nobody waits in this line: the claim only keeps the key, and tells when it is gone.
        Line noLine = new Line(waiters, Integer.MAX_VALUE);
        Claim claim =
                claims.claim(noLine, waiters.key().concat(ByteSequence.utf8(parts.number())), ByteSequence.EMPTY, true);
        if (!mine.compareAndSet(null, claim)) {
            claim.leave();
            throw new IllegalStateException("entered already");
        }
        CompletableFuture<Void> result =
                claim.held().thenCompose(held -> untilLost(held, Waiting.forResult(parts, () -> lookForAll(held))));
        Futures.onEnd(result, (done, failed) -> {
            if (failed != null) {
                mine.set(null);
                claim.leave();
            }
        });
        return result;
    }

    private CompletableFuture<Sight<Boolean>> lookForAll(Claim claim) {
        return parts.kv().txn().then(sorted(), Op.get(ready)).commit().thenCompose(result -> {
            List<KeyValue> all = result.get(0).entries();
            int place = placeOf(claim, all);
            if (place < 0) {
                throw LeaseholdException.local(
                        LeaseholdException.Kind.SESSION_LOST, "the waiting key is gone: " + claim.key());
            }
            boolean begun = result.get(1)
                    .first()
                    .filter(entry -> entry.modRevision() > claim.createRevision())
                    .isPresent();
            if (begun) {
                return CompletableFuture.completedFuture(new Sight.Found<>(true));
            }
            if (place >= parties) {
                throw LeaseholdException.local(
                        LeaseholdException.Kind.REFUSED,
                        "too many clients: the barrier is for " + parties + " parties");
            }
            if (place == parties - 1) {
                return open(claim).thenApply(put -> new Sight.Found<>(true));
            }
            // Later than the key itself: a "ready" that somebody put and that is gone again counts too.
            return CompletableFuture.completedFuture(Sight.NotYet.until(
                    KeyRange.single(ready),
                    WatchOptions.DEFAULT.from(claim.createRevision() + 1).withoutDeletes()));
        });
    }

    private static int placeOf(Claim claim, List<KeyValue> all) {
        for (int place = 0; place < all.size(); place++) {
            if (all.get(place).key().equals(claim.key())) {
                return place;
            }
        }
        return -1;
    }

    private Op sorted() {
        return Op.get(
                waiters, GetOptions.DEFAULT.keysOnly().sortedBy(Sort.Target.CREATE_REVISION, Sort.Order.ASCENDING));
    }

    private CompletableFuture<PutResult> open(Claim claim) {
        return parts.kv().put(ready, ByteSequence.EMPTY, PutOptions.DEFAULT.lease(claim.leaseId()));
    }

    /** The same, failing when the key is lost before. */
    private static CompletableFuture<Void> untilLost(Claim claim, CompletableFuture<Boolean> wait) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        Futures.onEnd(wait, (done, failed) -> {
            if (failed == null) {
                ClientParts.succeed(result);
            } else {
                result.completeExceptionally(Futures.cause(failed));
            }
        });
        Futures.onEnd(
                claim.ended(),
                (how, never) -> result.completeExceptionally(LeaseholdException.local(
                        LeaseholdException.Kind.SESSION_LOST, "the waiting key is gone: " + claim.key())));
        Futures.onEnd(result, (done, failed) -> wait.cancel(false));
        return result;
    }

    @Override
    public CompletableFuture<Void> leave() {
        Claim claim = mine.getAndSet(null);
        if (claim == null) {
            throw new IllegalStateException("has not entered");
        }
        return Waiting.forResult(parts, () -> lookForNobody(claim)).thenAccept(done -> {});
    }

    /** The first waits for the last; the others go, and wait for the first. So the first is the one that cleans up. */
    private CompletableFuture<Sight<Boolean>> lookForNobody(Claim claim) {
        return parts.kv().txn().then(sorted()).commit().thenCompose(result -> {
            GetResult found = result.get(0);
            List<KeyValue> all = found.entries();
            if (all.isEmpty()) {
                return CompletableFuture.completedFuture(new Sight.Found<>(true));
            }
            KeyValue first = all.get(0);
            KeyValue awaited = first;
            if (first.key().equals(claim.key())) {
                if (all.size() == 1) {
                    return clear(claim);
                }
                awaited = all.get(all.size() - 1);
            } else if (claim.isWanted()) {
                claim.leave();
            }
            return CompletableFuture.completedFuture(Sight.NotYet.until(
                    KeyRange.single(awaited.key()),
                    WatchOptions.DEFAULT.from(result.header().revision() + 1).withoutPuts()));
        });
    }

    private CompletableFuture<Sight<Boolean>> clear(Claim claim) {
        CompletableFuture<TxnResult> cleared = parts.kv()
                .txn()
                .when(claim.guard())
                .then(Op.delete(ready), Op.delete(claim.key()))
                .commit();
        return cleared.thenApply(done -> {
            claim.leave();
            return new Sight.Found<>(true);
        });
    }
}
