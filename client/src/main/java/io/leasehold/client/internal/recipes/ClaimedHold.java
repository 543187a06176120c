package io.leasehold.client.internal.recipes;

import io.leasehold.client.call.Blocking;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.recipes.Hold;
import io.leasehold.client.recipes.HoldEnd;
import io.leasehold.client.session.LeaseHolder;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** A claim at the front of its line, as its user sees it. */
class ClaimedHold implements Hold {
    private final LeaseHolder holder;
    private final Claim claim;
    private final CompletableFuture<HoldEnd> ended = new CompletableFuture<>();

    ClaimedHold(HolderClaims claims, Claim claim) {
        this.holder = claims.holder();
        this.claim = claim;
        Futures.onEnd(
                claim.ended(), (how, never) -> claims.parts().apart(() -> ended.complete(Objects.requireNonNull(how))));
    }

    final Claim claim() {
        return claim;
    }

    @Override
    public final ByteSequence key() {
        return claim.key();
    }

    @Override
    public final long token() {
        return claim.createRevision();
    }

    @Override
    public final Compare guard() {
        return claim.guard();
    }

    @Override
    public final Duration validFor() {
        // A session that has taken a new lease is valid again; what hung on the old one is not.
        return claim.isWanted() && holder.leaseId() == claim.leaseId() ? holder.validFor() : Duration.ZERO;
    }

    @Override
    public final CompletableFuture<HoldEnd> ended() {
        return ended;
    }

    @Override
    public final CompletableFuture<Void> release() {
        claim.leave();
        CompletableFuture<Void> released = new CompletableFuture<>();
        Futures.onEnd(ended, (how, never) -> ClientParts.succeed(released));
        return released;
    }

    @Override
    public final void close() {
        Blocking.await(release());
    }

    @Override
    public String toString() {
        return claim.key() + " at " + claim.createRevision() + (claim.isWanted() ? "" : ", over");
    }
}
