package io.leasehold.client.watch;

import java.util.List;

/**
 * Events in the order in which they happened. A revision is never torn: all its events for this watch are in one batch.
 *
 * @param revision of the last event; the watch goes on behind it
 * @param events at least one
 */
public record WatchBatch(long revision, List<WatchEvent> events) {
    public WatchBatch {
        events = List.copyOf(events);
    }
}
