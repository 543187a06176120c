package io.leasehold.lease.lessor;

import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.List;

/**
 * One lease of a {@link Lessor}: a handle, of which {@link #keys} and {@link #remaining} tell how things are when asked.
 * Immutable, for any thread. An id granted anew is another lease: the old handle has ended.
 */
public final class Lease {
    /** What is left of a lease that no primary lessor counts down. */
    public static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final long id;
    private final long ttlSeconds;
    private final long incarnation;
    private final Owner owner;

    Lease(long id, long ttlSeconds, long incarnation, Owner owner) {
        this.id = id;
        this.ttlSeconds = ttlSeconds;
        this.incarnation = incarnation;
        this.owner = owner;
    }

    /** Its id; never 0. */
    public long id() {
        return id;
    }

    /** The granted TTL, in seconds. */
    public long ttlSeconds() {
        return ttlSeconds;
    }

    /** A snapshot of the keys attached now, in bytewise order; empty once the lease has ended. */
    public List<ByteSequence> keys() {
        return owner.keys(id, incarnation);
    }

    /**
     * What is left of it: zero or less when it has expired, {@link #FOR_EVER} while its lessor is not primary, zero once it
     * has ended.
     */
    public Duration remaining() {
        return owner.remaining(id, incarnation);
    }

    /** Tells the granted id, not the passing state. */
    @Override
    public String toString() {
        return "lease " + id + ", TTL " + ttlSeconds + " s";
    }

    /** Whom a handle asks. */
    interface Owner {
        List<ByteSequence> keys(long id, long incarnation);

        Duration remaining(long id, long incarnation);
    }
}
