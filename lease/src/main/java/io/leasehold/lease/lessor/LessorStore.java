package io.leasehold.lease.lessor;

import java.util.List;

/**
 * Where a {@link Lessor} keeps its leases: ids and TTLs, not keys, not deadlines. The lessor makes one call at a time. What
 * fails, fails with an exception (UncheckedIOException for files), and then the lessor has changed nothing.
 */
public interface LessorStore {
    /** All leases, each once, in any order. */
    List<StoredLease> load();

    /** Adds the lease, or replaces the one of its id; durable on return if the store is. */
    void put(StoredLease lease);

    /** Removes the lease; nothing if there is none of that id. */
    void remove(long id);
}
