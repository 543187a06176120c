package io.leasehold.server.rpc;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Ids for leases whose client left the choice to the server: positive, never 0, and different between members and
 * between starts of a member. The idea is that of etcd's request ids: from the top, 15 bits of the member, 40 bits of
 * the time of the start in milliseconds, 8 bits of counter; the counter carries into the time, which at fewer than
 * 256,000 ids a second does not catch up with the clock. Any thread.
 */
public final class LeaseIds implements LongSupplier {
    private static final int MEMBER_SHIFT = 48;
    private static final int COUNTER_BITS = 8;
    private static final long SUFFIX_MASK = (1L << MEMBER_SHIFT) - 1;

    private final long prefix;
    private final AtomicLong suffix;

    /**
     * @param memberId id of this member
     * @param startMillis wall time of this start
     */
    public LeaseIds(long memberId, long startMillis) {
        this.prefix = (memberId << MEMBER_SHIFT) & Long.MAX_VALUE;
        this.suffix = new AtomicLong(startMillis << COUNTER_BITS);
    }

    @Override
    public long getAsLong() {
        long id = 0;
        while (id == 0) {
            id = prefix | (suffix.incrementAndGet() & SUFFIX_MASK);
        }
        return id;
    }
}
