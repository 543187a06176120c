package io.leasehold.client.recipes;

/**
 * A lock that many readers or one writer have, in the order in which they asked: a writer that waits holds up readers that
 * come later. Keys are those of Go's {@code recipe.RWMutex}: {@code name/read/<number>} and {@code name/write/<number>}. Safe
 * for any thread.
 */
public interface FencedReadWriteLock {
    /** The readers' lock. */
    Mutex readLock();

    /** The writers' lock. */
    Mutex writeLock();
}
