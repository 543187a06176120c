package io.leasehold.client.recipes;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A number of permits for which the sessions of a cluster stand in line. A session may have several. All who use a name must
 * give it the same number of permits. Keys are {@code name/<lease in hex>-<number>}; Go has no such recipe. Safe for any
 * thread.
 */
public interface Semaphore {
    /** Waits for a permit. Cancelling the future gives up the place in the line. */
    CompletableFuture<Hold> acquire();

    /** Takes a permit if there is one. */
    CompletableFuture<Optional<Hold>> tryAcquire();

    /** Takes a permit, or answers empty if there is none within this time; positive. */
    CompletableFuture<Optional<Hold>> tryAcquire(Duration atMost);
}
