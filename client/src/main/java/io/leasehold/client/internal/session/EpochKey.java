package io.leasehold.client.internal.session;

import io.leasehold.client.kv.Kv;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.session.SessionOptions;
import io.leasehold.protocol.ByteSequence;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The key that stands for a resumable session and hangs on its lease. Each incarnation puts it once, so that its version is
 * the epoch.
 *
 * @param key empty when the session is not resumable
 * @param epoch 0 when the session is not resumable
 * @param revision at which this incarnation put it
 */
record EpochKey(ByteSequence key, long epoch, long revision) {
    static final EpochKey NONE = new EpochKey(ByteSequence.EMPTY, 0, 0);

    static ByteSequence of(ByteSequence prefix, long leaseId) {
        return prefix.concat(ByteSequence.utf8(Long.toHexString(leaseId)));
    }

    boolean isThere() {
        return epoch > 0;
    }

    /** Puts the key of a session's lease, if its options ask for one. */
    static CompletableFuture<EpochKey> claim(Kv kv, SessionOptions options, long leaseId) {
        Optional<ByteSequence> prefix = options.epochPrefix();
        if (prefix.isEmpty()) {
            return CompletableFuture.completedFuture(NONE);
        }
        ByteSequence key = of(prefix.get(), leaseId);
        return kv.txn()
                .then(Op.put(key, ByteSequence.EMPTY, PutOptions.DEFAULT.lease(leaseId)), Op.get(key))
                .commit()
                .thenApply(result -> new EpochKey(
                        key,
                        result.get(1).first().orElseThrow().version(),
                        result.header().revision()));
    }
}
