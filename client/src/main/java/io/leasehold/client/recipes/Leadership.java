package io.leasehold.client.recipes;

import io.leasehold.protocol.ByteSequence;
import java.util.concurrent.CompletableFuture;

/** To lead. {@link #release()} resigns. */
public interface Leadership extends Hold {
    /** What other processes need to proclaim or resign for this leader. */
    LeaderKey leaderKey();

    /** Changes what the leader proclaims; fails with {@code ELECTION_NOT_LEADER} if it no longer leads. */
    CompletableFuture<Void> proclaim(ByteSequence value);

    /** The same as {@link #release()}. */
    default CompletableFuture<Void> resign() {
        return release();
    }
}
