package io.leasehold.client.internal.leasing;

import io.leasehold.client.call.Blocking;
import io.leasehold.client.call.Header;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.internal.time.Timeline;
import io.leasehold.client.kv.DeleteResult;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.kv.PutResult;
import io.leasehold.client.kv.TxnResult;
import io.leasehold.client.leasing.LeasingCounts;
import io.leasehold.client.leasing.LeasingKv;
import io.leasehold.client.leasing.LeasingOptions;
import io.leasehold.client.session.SessionOptions;
import io.leasehold.client.session.Sessions;
import io.leasehold.client.watch.Watches;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Keys and values with a cache: says which request goes which way. Any thread. */
public final class CachingKv implements LeasingKv {
    private final LeasingCore core;
    private final Kv server;
    private final long readNanos;
    private final long writeNanos;

    CachingKv(LeasingCore core, Kv server, long readNanos, long writeNanos) {
        this.core = core;
        this.server = server;
        this.readNanos = readNanos;
        this.writeNanos = writeNanos;
    }

    /** Made by the client: takes a lease, and begins to follow the leasing keys. */
    public static CompletableFuture<LeasingKv> open(
            Caller caller,
            Kv kv,
            Watches watches,
            Sessions sessions,
            ByteSequence prefix,
            LeasingOptions options,
            long callTimeoutNanos) {
        LeasingKeys names = new LeasingKeys(prefix);
        SessionOptions lease = SessionOptions.DEFAULT.ttl(options.ttl()).regranting();
        return sessions.open(lease).thenCompose(session -> {
            LeasingCore core = new LeasingCore(
                    caller.timeline(), caller.callbacks(), caller.random(), kv, names, options, session);
            CachingKv opened = new CachingKv(core, kv, callTimeoutNanos, core.waitNanosMax());
            CompletableFuture<LeasingKv> result = new CompletableFuture<>();
            Timeline.Timer limit = caller.timeline().after(callTimeoutNanos, () -> core.fail(result, tooLate(prefix)));
            Futures.onEnd(core.begin(watches), (revision, refused) -> {
                limit.cancel();
                if (refused == null) {
                    result.complete(opened);
                } else {
                    core.fail(result, explained(prefix, Futures.cause(refused)));
                }
            });
            Futures.onEnd(result, (cache, failed) -> {
                if (failed != null) {
                    // Nobody has it to close it, and its lease would be kept for ever.
                    core.abandon();
                }
            });
            return result;
        });
    }

    private static LeaseholdException tooLate(ByteSequence prefix) {
        return LeaseholdException.local(
                LeaseholdException.Kind.DEADLINE_EXCEEDED, "the leasing keys " + prefix + " are not followed in time");
    }

    private static Throwable explained(ByteSequence prefix, Throwable failed) {
        if (failed instanceof LeaseholdException known && known.is(ErrorCode.PERMISSION_DENIED)) {
            return new LeaseholdException(
                    known.kind(),
                    ErrorCode.PERMISSION_DENIED,
                    false,
                    "a leasing cache needs to read and write every key that begins with " + prefix + ": "
                            + known.getMessage(),
                    known);
        }
        return failed;
    }

    @Override
    public CompletableFuture<GetResult> get(KeyRange range, GetOptions options) {
        core.names().checkIfSingle(range);
        if (core.isClosed()) {
            return closed();
        }
        if (!range.isSingle() || options.revision() != 0) {
            return noted(server.get(range, options));
        }
        GetResult local = fromCache(range.key(), options);
        if (local != null) {
            core.statistics().hits.increment();
            return CompletableFuture.completedFuture(local);
        }
        core.statistics().misses.increment();
        return options.serializable()
                ? noted(server.get(range, options))
                : new LeasingRead(core, server, readNanos, range.key(), options).begin();
    }

    private @Nullable GetResult fromCache(ByteSequence key, GetOptions options) {
        OwnedKey entry = core.cache().find(key);
        OwnedKey.Ownership owned = entry == null ? null : entry.ownership();
        OwnedKey.Snapshot snapshot = owned == null ? null : owned.snapshot();
        // The lease is asked about last: what was seen before is good if it is still there then.
        if (entry == null || owned == null || snapshot == null || !core.holds(owned.leaseId())) {
            return null;
        }
        entry.use();
        return LocalAnswers.get(snapshot.entry(), options, core.header());
    }

    @Override
    public CompletableFuture<PutResult> put(ByteSequence key, ByteSequence value, PutOptions options) {
        Op.TxnRequest txn = new Op.TxnRequest(List.of(), List.of(Op.put(key, value, options)), List.of());
        return Calls.map(
                commit(txn),
                done -> new PutResult(done.header(), done.put(0).previous().orElse(null)));
    }

    @Override
    public CompletableFuture<DeleteResult> delete(KeyRange range, boolean previous) {
        Op.TxnRequest txn = new Op.TxnRequest(List.of(), List.of(Op.delete(range, previous)), List.of());
        return Calls.map(commit(txn), done -> {
            DeleteResult deleted = done.delete(0);
            return new DeleteResult(done.header(), deleted.deleted(), deleted.previous());
        });
    }

    @Override
    public CompletableFuture<TxnResult> commit(Op.TxnRequest txn) {
        WriteSet writes = WriteSet.of(txn, core.names());
        if (core.isClosed()) {
            return closed();
        }
        if (!writes.isEmpty()) {
            return new GuardedWrite(core, server, writeNanos, txn, writes).begin();
        }
        Optional<TxnResult> local = new LocalTxn(core).answer(txn);
        if (local.isPresent()) {
            core.statistics().hits.increment();
            return CompletableFuture.completedFuture(local.get());
        }
        return Calls.map(server.commit(txn), answer -> {
            core.saw(answer.header());
            return answer;
        });
    }

    @Override
    public CompletableFuture<Header> compact(long revision, boolean physical) {
        return server.compact(revision, physical);
    }

    @Override
    public Kv withTimeout(Duration timeout) {
        return new CachingKv(core, server.withTimeout(timeout), timeout.toNanos(), timeout.toNanos());
    }

    @Override
    public LeasingCounts counts() {
        return core.statistics().counts(core.cache().size());
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        return core.close();
    }

    @Override
    public void close() {
        Blocking.await(closeAsync());
    }

    private static <T> CompletableFuture<T> closed() {
        return CompletableFuture.failedFuture(LeasingCore.closedException());
    }

    private CompletableFuture<GetResult> noted(CompletableFuture<GetResult> asked) {
        return Calls.map(asked, answer -> {
            core.saw(answer.header());
            return answer;
        });
    }
}
