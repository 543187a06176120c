package io.leasehold.client.recipes;

import java.util.concurrent.CompletableFuture;

/**
 * Lets a number of processes begin together and end together. Keys are those of Go's {@code recipe.DoubleBarrier}:
 * {@code name/waiters/<number>} and {@code name/ready}, here both on leases. Good for one round; for one process. Any thread.
 */
public interface DoubleBarrier {
    /**
     * Completes when all have entered; fails with kind {@code REFUSED} when more come than there is room for, and with
     * {@code SESSION_LOST}. Cancelling the future steps back.
     */
    CompletableFuture<Void> enter();

    /** Completes when all have left or are dead. IllegalStateException if it has not entered. */
    CompletableFuture<Void> leave();
}
