package io.leasehold.client.recipes;

import io.leasehold.protocol.ByteSequence;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Items that are handed to one taker each, first in, first out. Keys are those of Go's {@code recipe.Queue},
 * {@code name/<number>}, ordered by when they were put. An item is gone when it is taken: it is lost with a taker that dies.
 * When the answer to taking it is lost, taking fails with {@code outcomeUnknown}. Any thread.
 */
public interface WorkQueue {
    /** Adds an item. */
    CompletableFuture<Void> put(ByteSequence item);

    /** Takes the first item, waiting for one. Cancelling the future ends the wait; an item that was just taken is put back. */
    CompletableFuture<ByteSequence> take();

    /** Takes the first item if there is one. */
    CompletableFuture<Optional<ByteSequence>> poll();
}
