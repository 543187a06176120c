package io.leasehold.lease.lessor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Keeps leases as long as the process runs. Safe from any thread: its own monitor guards the map. */
public final class MemoryLessorStore implements LessorStore {
    private final Map<Long, StoredLease> leases = new TreeMap<>();

    /** An empty store. */
    public MemoryLessorStore() {}

    @Override
    public synchronized List<StoredLease> load() {
        return new ArrayList<>(leases.values());
    }

    @Override
    public synchronized void put(StoredLease lease) {
        leases.put(lease.id(), lease);
    }

    @Override
    public synchronized void remove(long id) {
        leases.remove(id);
    }
}
