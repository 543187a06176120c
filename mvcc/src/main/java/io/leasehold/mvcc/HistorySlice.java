package io.leasehold.mvcc;

import java.util.List;

/**
 * A piece of the store's history; it never splits a revision.
 *
 * @param events the changes in revision order
 * @param nextRevision where to go on: the revision behind the last one read
 */
public record HistorySlice(List<StoreEvent> events, long nextRevision) {
    /** Takes a copy of the list. */
    public HistorySlice {
        events = List.copyOf(events);
    }
}
