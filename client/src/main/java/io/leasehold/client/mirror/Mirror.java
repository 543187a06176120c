package io.leasehold.client.mirror;

import java.util.concurrent.CompletableFuture;

/**
 * A running copy of the keys under a prefix. First everything is copied as it is at one revision, then every change; what one
 * transaction changed is changed in one transaction at the destination, unless it has more operations than those may have. When
 * history that was still needed has been compacted, source and destination are compared again.
 *
 * <p>Values are taken along, and nothing else: in the mirror keys have revisions and versions of their own, and no leases, so
 * that they live until they are deleted at the source. Whoever else writes to the same keys at the destination is overwritten at
 * their next change. Safe for any thread.
 */
public interface Mirror extends AutoCloseable {
    /** Completes when everything has been copied for the first time, with the source's revision; fails when the mirror ends before. */
    CompletableFuture<Long> copied();

    /** Revision of the source up to which everything is at the destination; 0 before the first copy. */
    long revision();

    /** Puts and deletes made at the destination. */
    long changes();

    /**
     * Completes when it was closed, or either client was; fails with {@code LeaseholdException} when it cannot go on: the keys
     * may not be read, or not be written. Outages end nothing.
     */
    CompletableFuture<Void> ended();

    /** Ends it; what has been copied stays. A transaction that is on its way may still be made. */
    @Override
    void close();
}
