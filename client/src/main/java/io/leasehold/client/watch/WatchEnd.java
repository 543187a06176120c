package io.leasehold.client.watch;

/**
 * Why a watch ended.
 *
 * @param compactRevision with {@code COMPACTED} the oldest revision that is still there; else 0
 * @param message for people
 */
public record WatchEnd(Reason reason, long compactRevision, String message) {
    /** Why. */
    public enum Reason {
        /** The watcher or its client was closed. */
        CLOSED,
        /** History that was still wanted is gone. */
        COMPACTED,
        /** The server will not let this user watch these keys, or does not take the credentials. */
        REFUSED
    }
}
