package io.leasehold.client.leasing;

import io.leasehold.client.kv.Kv;
import java.util.concurrent.CompletableFuture;

/**
 * Keys and values, where the second read of a key costs no call. The first read takes ownership of the key: a <em>leasing
 * key</em>, the prefix and then the key, on a lease of this client. Whoever writes a key that another owns asks for it
 * first, by writing {@code REVOKE} into the leasing key, and waits until the owner has given it back or its lease has
 * ended. The protocol is that of Go's {@code clientv3/leasing}; clients of both kinds may use the same keys at a time.
 *
 * <p><b>Reads are linearizable, from the cache too, among clients that write by this protocol with the same prefix.</b>
 * Whoever writes past it (a plain put, another prefix) is not seen by owners of the key. See docs/leasing.md for this and
 * the other conditions.
 *
 * <p>What is answered from the cache: a single key at the newest revision, with any options; and a transaction of which
 * all conditions and operations are about such keys, and read only. Everything else goes to the server. A write of a key
 * that somebody else owns waits for it for two TTLs and five seconds at most, or the time of {@link #withTimeout}, and
 * fails with kind {@code DEADLINE_EXCEEDED} then, having changed nothing. Keys that hang on a lease are never cached.
 *
 * <p>Keys that begin with the prefix belong to the protocol: reading, writing or comparing one here, or deleting a range
 * that has some, is refused with IllegalArgumentException. Safe for any thread; a read from the cache takes no lock.
 */
public interface LeasingKv extends Kv, AutoCloseable {
    /** What it has been doing. */
    LeasingCounts counts();

    /**
     * Gives all keys back by revoking the lease they hang on. Calls from then on fail with kind {@code CLOSED}; the client
     * stays open. Completes when the lease is revoked, or that has failed for its TTL.
     */
    CompletableFuture<Void> closeAsync();

    /** As {@link #closeAsync}, and waits for it. */
    @Override
    void close();
}
