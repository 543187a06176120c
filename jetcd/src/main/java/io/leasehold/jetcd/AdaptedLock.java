package io.leasehold.jetcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Lock;
import io.etcd.jetcd.lock.LockResponse;
import io.etcd.jetcd.lock.UnlockResponse;
import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.recipes.Hold;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Locks on the keys of the server's lock service. Asking again in the name of a lease that has the lock answers the same key.
 * Any thread.
 */
final class AdaptedLock implements Lock {
    /** What the server's lock service grants to whoever brings no lease. */
    private static final Duration OWN_TTL = Duration.ofSeconds(60);

    private final LeaseholdClient client;

    AdaptedLock(LeaseholdClient client) {
        this.client = client;
    }

    @Override
    public CompletableFuture<LockResponse> lock(ByteSequence name, long leaseId) {
        if (leaseId != 0) {
            return lockIn(name, leaseId);
        }
        CompletableFuture<Long> own = Answers.of(client.leases().grant(OWN_TTL), LeaseGrant::id);
        return own.thenCompose(granted -> lockIn(name, granted));
    }

    private CompletableFuture<LockResponse> lockIn(ByteSequence name, long leaseId) {
        return Holding.ask(
                leaseId,
                lease -> client.recipes().mutex(lease, Messages.own(name)).lock(),
                AdaptedLock::locked);
    }

    private static LockResponse locked(Hold hold) {
        return new LockResponse(
                io.etcd.jetcd.api.lock.LockResponse.newBuilder()
                        .setHeader(Messages.header(hold.token()))
                        .setKey(Messages.wire(hold.key()))
                        .build(),
                ByteSequence.EMPTY);
    }

    @Override
    public CompletableFuture<UnlockResponse> unlock(ByteSequence key) {
        return Answers.of(
                client.kv().delete(Messages.own(key)),
                result -> new UnlockResponse(io.etcd.jetcd.api.lock.UnlockResponse.newBuilder()
                        .setHeader(Messages.header(result.header()))
                        .build()));
    }
}
