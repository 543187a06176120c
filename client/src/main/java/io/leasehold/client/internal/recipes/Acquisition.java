package io.leasehold.client.internal.recipes;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.recipes.Hold;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Futures of users that wait for claims. Whatever ends a future before its claim is held also gives the claim up. */
final class Acquisition {
    private Acquisition() {}

    /** Waits as long as it takes. */
    static <H extends Hold> CompletableFuture<H> of(
            HolderClaims claims, Claim claim, BiFunction<HolderClaims, Claim, H> view) {
        CompletableFuture<H> result = new CompletableFuture<>();
        Futures.onEnd(claim.held(), (held, failed) -> {
            H hold = held == null ? null : view.apply(claims, held);
            tell(claims, claim, result, hold, failed);
        });
        leaveWith(result, claim);
        return result;
    }

    /** Answers empty when the claim has been given up and its key is gone. */
    static CompletableFuture<Optional<Hold>> orNot(HolderClaims claims, Claim claim) {
        CompletableFuture<Optional<Hold>> result = new CompletableFuture<>();
        Futures.onEnd(claim.held(), (held, failed) -> {
            if (held != null) {
                tell(claims, claim, result, Optional.of(new ClaimedHold(claims, held)), null);
            } else if (isGivenUp(Objects.requireNonNull(failed))) {
                tell(claims, claim, result, Optional.empty(), null);
            } else {
                tell(claims, claim, result, null, failed);
            }
        });
        leaveWith(result, claim);
        return result;
    }

    /** As {@link #orNot}; gives the claim up after this time. */
    static CompletableFuture<Optional<Hold>> within(HolderClaims claims, Claim claim, Duration atMost) {
        CompletableFuture<Boolean> limit = claims.parts().pauses().of(positive(atMost));
        Futures.onEnd(claim.held(), (held, failed) -> limit.cancel(false));
        CompletableFuture<Optional<Hold>> result = orNot(claims, claim);
        Futures.onEnd(limit, (passed, cancelled) -> {
            if (passed != null) {
                claim.giveUpWaiting();
            }
        });
        return result;
    }

    static Duration positive(Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("must be positive: " + time);
        }
        return time;
    }

    private static <T> void tell(
            HolderClaims claims,
            Claim claim,
            CompletableFuture<T> result,
            @Nullable T value,
            @Nullable Throwable failed) {
        claims.parts().apart(() -> {
            boolean taken = value == null
                    ? result.completeExceptionally(Objects.requireNonNull(failed))
                    : result.complete(value);
            if (!taken) {
                claim.leave();
            }
        });
    }

    private static void leaveWith(CompletableFuture<?> result, Claim claim) {
        Futures.onEnd(result, (hold, failed) -> {
            if (failed != null) {
                claim.leave();
            }
        });
    }

    private static boolean isGivenUp(Throwable failed) {
        return failed instanceof LeaseholdException known && known.kind() == LeaseholdException.Kind.CANCELLED;
    }
}
