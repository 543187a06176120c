package io.leasehold.client.recipes;

import io.leasehold.protocol.ByteSequence;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A queue whose items with a lower number come first, and among equals those put first. Keys are those of Go's
 * {@code recipe.PriorityQueue}: {@code name/<priority>/<sequence>} and a guard {@code __name/<priority>} that is never
 * deleted. Any thread.
 */
public interface PrioritizedQueue {
    /**
     * Adds an item.
     *
     * @param priority 0 to 65535
     */
    CompletableFuture<Void> put(ByteSequence item, int priority);

    /** As {@link WorkQueue#take}. */
    CompletableFuture<ByteSequence> take();

    /** As {@link WorkQueue#poll}. */
    CompletableFuture<Optional<ByteSequence>> poll();
}
