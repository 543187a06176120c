package io.leasehold.client.internal.recipes;

import io.leasehold.client.call.Blocking;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.kv.TxnResult;
import io.leasehold.client.recipes.Isolation;
import io.leasehold.client.recipes.StmOptions;
import io.leasehold.client.recipes.Transaction;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One run of a transaction's function: what it has read, and what it wants written. At the serializable levels the first read
 * fixes the revision of all others, and the commit of a failed attempt brings what the next one will read.
 */
final class StmAttempt implements Transaction {
    private final Kv kv;
    private final Isolation isolation;
    private final int operationsMax;
    private final Map<ByteSequence, GetResult> prefetched;
    private final Map<ByteSequence, GetResult> reads = new LinkedHashMap<>();
    private final Map<ByteSequence, Op> writes = new LinkedHashMap<>();

    /** The keys of both. */
    private final Set<ByteSequence> touched = new HashSet<>();

    private long baseRevision;

    /** The read that fixes the revision of all others, once it has been begun. */
    private @Nullable CompletableFuture<GetResult> firstRead;

    private Map<ByteSequence, GetResult> fetchedByCommit = Map.of();

    StmAttempt(Kv kv, StmOptions options, Map<ByteSequence, GetResult> prefetched) {
        this.kv = kv;
        this.isolation = options.isolation();
        this.operationsMax = options.operationsMax();
        this.prefetched = prefetched;
    }

    private boolean isSerializable() {
        return isolation == Isolation.SERIALIZABLE_SNAPSHOT || isolation == Isolation.SERIALIZABLE;
    }

    boolean readsAtRevision() {
        return baseRevision > 0;
    }

    @Override
    public Optional<ByteSequence> get(ByteSequence key) {
        return Blocking.await(getAsync(key));
    }

    @Override
    public synchronized CompletableFuture<Optional<ByteSequence>> getAsync(ByteSequence key) {
        Op written = writes.get(key);
        if (written != null) {
            return CompletableFuture.completedFuture(
                    written instanceof Op.Put put ? Optional.of(put.value()) : Optional.empty());
        }
        return read(key).thenApply(found -> found.first().map(KeyValue::value));
    }

    @Override
    public long revision(ByteSequence key) {
        return modRevision(Blocking.await(read(key)));
    }

    private static long modRevision(GetResult found) {
        return found.first().map(KeyValue::modRevision).orElse(0L);
    }

    private synchronized CompletableFuture<GetResult> read(ByteSequence key) {
        GetResult known = reads.get(key);
        if (known == null) {
            known = prefetched.get(key);
            if (known != null) {
                remember(key, known);
            }
        }
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        CompletableFuture<GetResult> first = firstRead;
        if (isSerializable() && baseRevision == 0 && first != null && !first.isDone()) {
            return first.handle((found, failed) -> true).thenCompose(over -> read(key));
        }
        CompletableFuture<GetResult> fetched = fetch(key);
        firstRead = first == null || first.isCompletedExceptionally() ? fetched : first;
        return fetched;
    }

    private CompletableFuture<GetResult> fetch(ByteSequence key) {
        GetOptions options;
        if (!isSerializable()) {
            options = GetOptions.DEFAULT.asSerializable();
        } else if (baseRevision == 0) {
            options = GetOptions.DEFAULT;
        } else {
            options = GetOptions.DEFAULT.atRevision(baseRevision).asSerializable();
        }
        // Through a transaction: its inner answer says at which revision it was read, the outer one may be ahead.
        return kv.txn().then(Op.get(KeyRange.single(key), options)).commit().thenApply(result -> {
            GetResult found = result.get(0);
            remember(key, found);
            return found;
        });
    }

    private synchronized void remember(ByteSequence key, GetResult found) {
        if (isSerializable() && baseRevision == 0) {
            baseRevision = found.header().revision();
        }
        reads.put(key, found);
        touched.add(key);
        checkSize();
    }

    @Override
    public void put(ByteSequence key, ByteSequence value, PutOptions options) {
        write(key, Op.put(key, value, options));
    }

    @Override
    public void delete(ByteSequence key) {
        write(key, Op.delete(key));
    }

    private synchronized void write(ByteSequence key, Op op) {
        writes.put(key, op);
        touched.add(key);
        checkSize();
    }

    /** At the key that is too many, not when all the work is done. */
    private void checkSize() {
        int operations = operations();
        if (operations > operationsMax) {
            throw new LeaseholdException(
                    LeaseholdException.Kind.REFUSED,
                    ErrorCode.TOO_MANY_OPS,
                    false,
                    "at " + isolation + " " + reads.size() + " keys read and " + writes.size() + " written need "
                            + operations + " operations in a transaction, and StmOptions.operationsMax is "
                            + operationsMax + "; servers take what their --max-txn-ops says",
                    null);
        }
    }

    /** The longer of what is checked and what is written: servers count each for itself. */
    private int operations() {
        int checked =
                switch (isolation) {
                    case READ_COMMITTED -> 0;
                    case REPEATABLE_READS, SERIALIZABLE -> reads.size();
                    case SERIALIZABLE_SNAPSHOT -> reads.isEmpty() ? 0 : touched.size();
                };
        return Math.max(checked, writes.size());
    }

    /** Answers whether it was done; if not, {@link #fetchedByCommit} has what stands now. */
    synchronized CompletableFuture<Boolean> commit() {
        try {
            checkSize();
        } catch (LeaseholdException tooMany) {
            // The function was told, and has gone on.
            return CompletableFuture.failedFuture(tooMany);
        }
        List<Compare> compares = compares();
        if (compares.isEmpty() && writes.isEmpty()) {
            return CompletableFuture.completedFuture(true);
        }
        List<ByteSequence> refetched = isSerializable() ? List.copyOf(reads.keySet()) : List.of();
        CompletableFuture<TxnResult> sent = kv.txn()
                .when(compares)
                .then(writes.values())
                .otherwise(refetched.stream().map(Op::get).toList())
                .commit();
        return sent.thenApply(result -> {
                    if (!result.succeeded()) {
                        fetched(refetched, result);
                    }
                    return result.succeeded();
                })
                .exceptionallyCompose(failed -> CompletableFuture.failedFuture(explained(Futures.cause(failed))));
    }

    private synchronized Throwable explained(Throwable failed) {
        if (failed instanceof LeaseholdException refused && refused.is(ErrorCode.TOO_MANY_OPS)) {
            return new LeaseholdException(
                    refused.kind(),
                    ErrorCode.TOO_MANY_OPS,
                    false,
                    refused.getMessage() + "; the transaction needs " + operations()
                            + " operations, more than the server's --max-txn-ops",
                    refused);
        }
        return failed;
    }

    private List<Compare> compares() {
        List<Compare> compares = new ArrayList<>();
        if (isolation != Isolation.READ_COMMITTED) {
            reads.forEach((key, found) -> compares.add(Compare.modRevision(key).equalTo(modRevision(found))));
        }
        if (isolation == Isolation.SERIALIZABLE_SNAPSHOT && !reads.isEmpty()) {
            writes.keySet().stream()
                    .filter(key -> !reads.containsKey(key))
                    .forEach(key -> compares.add(Compare.modRevision(key).lessThan(baseRevision + 1)));
        }
        return compares;
    }

    private synchronized void fetched(List<ByteSequence> keys, TxnResult result) {
        Map<ByteSequence, GetResult> found = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            found.put(keys.get(i), result.get(i));
        }
        fetchedByCommit = Map.copyOf(found);
    }

    synchronized Map<ByteSequence, GetResult> fetchedByCommit() {
        return fetchedByCommit;
    }
}
