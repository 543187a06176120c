package io.leasehold.client.internal.rpc;

import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Remembers the newest revision this client has seen, so that it is never shown an older one. Any thread. */
public final class RevisionGuard {
    private final boolean on;
    private final AtomicLong seen = new AtomicLong();

    /** A guard that refuses nothing when it is off. */
    public RevisionGuard(boolean on) {
        this.on = on;
    }

    /** What a read that is sent now must not be older than. */
    public long floor() {
        return on ? seen.get() : 0;
    }

    /** Notes an answer. */
    public void saw(ResponseHeader header) {
        if (header.getRevision() > seen.get()) {
            seen.accumulateAndGet(header.getRevision(), Math::max);
        }
    }

    /** Why an answer to a read that was sent at this floor is not shown, or null. */
    public @Nullable String objection(ResponseHeader header, long floor) {
        return header.getRevision() >= floor
                ? null
                : "member " + Long.toHexString(header.getMemberId()) + " is at revision " + header.getRevision()
                        + ", this client has seen " + floor;
    }
}
