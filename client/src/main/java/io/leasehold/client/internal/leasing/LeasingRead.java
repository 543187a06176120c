package io.leasehold.client.internal.leasing;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.kv.TxnResult;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A read of one key that was not answered from the cache. On the client's thread. */
final class LeasingRead {
    private final LeasingCore core;
    private final Kv server;
    private final long deadlineNanos;
    private final ByteSequence key;
    private final GetOptions options;
    private final CompletableFuture<GetResult> result = new CompletableFuture<>();
    private volatile @Nullable CompletableFuture<?> call;

    LeasingRead(LeasingCore core, Kv server, long timeoutNanos, ByteSequence key, GetOptions options) {
        this.core = core;
        this.server = server;
        this.deadlineNanos = core.timeline().nanos() + timeoutNanos;
        this.key = key;
        this.options = options;
    }

    /** Begins it; any thread. */
    CompletableFuture<GetResult> begin() {
        Calls.passOnCancellation(result, () -> call);
        core.timeline().execute(this::read);
        return result;
    }

    private void read() {
        OwnedKey entry = core.cache().find(key);
        if (entry == null) {
            OwnedKey added = core.toAcquire(key);
            if (added == null) {
                ask();
            } else {
                acquire(added);
            }
        } else if (entry.needsRefresh()) {
            refresh(entry);
        } else {
            ask();
        }
    }

    /** Reads as anybody would. */
    private void ask() {
        CompletableFuture<GetResult> asked = within(leftNanos()).get(KeyRange.single(key), options);
        call = asked;
        core.onEnd(asked, this::answer);
    }

    private long leftNanos() {
        return deadlineNanos - core.timeline().nanos();
    }

    private Kv within(long nanos) {
        // At least a moment, so that what fails says why.
        return server.withTimeout(Duration.ofNanos(Math.max(nanos, 1_000_000)));
    }

    private void answer(@Nullable GetResult found, @Nullable Throwable failed) {
        if (found != null) {
            core.saw(found.header());
            core.complete(result, found);
        } else {
            core.fail(result, Calls.failure(failed));
        }
    }

    private void acquire(OwnedKey entry) {
        long leaseId = core.presentLease();
        ByteSequence leasingKey = core.names().of(key);
        // Half of the time, so that there is some left for a plain read.
        CompletableFuture<TxnResult> acquiring = within(leftNanos() / 2)
                .txn()
                .when(core.names().unowned(key), Compare.lease(key).equalTo(0))
                .then(Op.get(key), Op.put(leasingKey, ByteSequence.EMPTY, PutOptions.DEFAULT.lease(leaseId)))
                .otherwise(Op.get(key), Op.get(leasingKey))
                .commit();
        call = acquiring;
        core.onEnd(acquiring, (answer, failed) -> {
            if (answer != null) {
                core.saw(answer.header());
                settle(entry, leaseId, answer);
                Optional<KeyValue> found = answer.get(0).first();
                core.complete(result, LocalAnswers.get(found.orElse(null), options, answer.header()));
            } else {
                // It may have been acquired all the same. Then the next read finds that it is ours.
                core.leaveAlone(entry);
                askUnlessOver(failed);
            }
        });
    }

    private void askUnlessOver(@Nullable Throwable failed) {
        boolean closed = failed instanceof LeaseholdException known && known.kind() == LeaseholdException.Kind.CLOSED;
        if (closed || result.isDone()) {
            core.fail(result, Calls.failure(failed));
        } else {
            ask();
        }
    }

    /** What the attempt to acquire has led to. */
    private void settle(OwnedKey entry, long leaseId, TxnResult answer) {
        OwnedKey.Snapshot found = snapshot(answer.get(0), answer.header().revision());
        long createRevision = answer.header().revision();
        if (!answer.succeeded()) {
            KeyValue leasing = answer.get(1).first().orElse(null);
            // Owned by an attempt of ours whose answer was lost; not if it is asked back, as that is being done.
            boolean ours = leasing != null
                    && leasing.leaseId() == leaseId
                    && leasing.value().isEmpty()
                    && isFree(found.entry());
            if (leasing == null || !ours) {
                core.leaveAlone(entry);
                return;
            }
            createRevision = leasing.createRevision();
        }
        if (entry.isUndisturbedSince(createRevision) && core.mayKeep(entry, leaseId)) {
            core.statistics().acquired.increment();
            entry.acquired(leaseId, createRevision, found);
        } else {
            core.giveBack(entry, leaseId, createRevision);
        }
    }

    /** Reads what is owned and was written in a way that left the value unknown. */
    private void refresh(OwnedKey entry) {
        entry.refreshing(true);
        CompletableFuture<GetResult> asked = within(leftNanos()).get(KeyRange.single(key), GetOptions.DEFAULT);
        call = asked;
        core.onEnd(asked, (found, failed) -> {
            entry.refreshing(false);
            if (found != null) {
                core.saw(found.header());
                learn(core, entry, found);
                KeyValue known = found.first().orElse(null);
                core.complete(result, LocalAnswers.get(known, options, found.header()));
            } else {
                core.fail(result, Calls.failure(failed));
            }
        });
    }

    /** Takes what was found for the value of the entry, or gives the key up if it may end by itself. */
    static void learn(LeasingCore core, OwnedKey entry, GetResult found) {
        OwnedKey.Snapshot snapshot = snapshot(found, found.header().revision());
        if (isFree(snapshot.entry())) {
            entry.learn(snapshot);
        } else {
            core.giveBack(entry);
        }
    }

    private static OwnedKey.Snapshot snapshot(GetResult found, long revision) {
        return new OwnedKey.Snapshot(found.first().orElse(null), revision);
    }

    /** Whether the key hangs on no lease, with which it would end without anybody asking its owner. */
    static boolean isFree(@Nullable KeyValue entry) {
        return entry == null || entry.leaseId() == 0;
    }
}
