package io.leasehold.client.recipes;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A lock of a name, which one session of all those in the cluster holds at a time. Who asked first gets it first; those that
 * ask in the name of one session wait for each other in this process. Keys are those of Go's {@code concurrency.Mutex} and of
 * the server's lock service: {@code name/<lease in hex>}, with an empty value. Safe for any thread.
 */
public interface Mutex {
    /**
     * Waits until it is locked. Cancelling the future takes the key away again.
     *
     * @return fails with {@code SESSION_LOST} as soon as the session is lost or the waiting key is gone
     */
    CompletableFuture<Hold> lock();

    /** Locks it if nobody has it, else answers empty and leaves no key. */
    CompletableFuture<Optional<Hold>> tryLock();

    /** Locks it, or answers empty if that does not succeed in this time; positive. */
    CompletableFuture<Optional<Hold>> tryLock(Duration atMost);

    /**
     * The same lock as the JDK has them: owned by a thread, and re-entrant. Each call answers a lock of its own, to be shared by
     * the threads.
     */
    FencedLock asLock();
}
