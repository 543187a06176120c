package io.leasehold.faults.history;

import org.jspecify.annotations.Nullable;

/**
 * One change of one key.
 *
 * @param revision the store's revision that it made
 * @param value what the key holds since; null when it was deleted
 */
public record Change(long revision, String key, @Nullable String value) {
    /** Whether the key is gone since. */
    public boolean isDeletion() {
        return value == null;
    }
}
