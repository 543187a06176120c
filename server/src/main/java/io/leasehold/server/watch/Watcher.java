package io.leasehold.server.watch;

import io.leasehold.mvcc.KeyRange;
import java.util.ArrayList;
import java.util.List;

/**
 * One watcher of a stream. Owned by the dispatcher's thread.
 *
 * <pre>
 *            stream not ready, or a gap
 *   SYNCED ──────────────────────────────► LAGGING
 *   in the index, fed by batches  ◄─────── just a revision, fed from history
 *                                caught up
 * </pre>
 */
final class Watcher {
    final WatchStream stream;
    final long id;
    final WatchSpec spec;

    /** Events below it are not for this watcher: not wanted, or sent already. A synced one may have had more than it tells. */
    long nextRevision;

    boolean synced;
    /** Whether an event was sent since the last tick of periodic progress. */
    boolean active;
    /** When periodic progress is due, on the dispatcher's clock. */
    long progressDueNanos;

    boolean closed;

    private List<EncodedEvent> pending = List.of();

    Watcher(WatchStream stream, long id, WatchSpec spec, long nextRevision) {
        this.stream = stream;
        this.id = id;
        this.spec = spec;
        this.nextRevision = nextRevision;
    }

    KeyRange range() {
        return spec.range();
    }

    boolean wants(EncodedEvent event) {
        return event.revision() >= nextRevision && !(event.isDelete() ? spec.noDelete() : spec.noPut());
    }

    /** Whether nothing has been added since {@link #takePending()}. */
    boolean nothingPending() {
        return pending.isEmpty();
    }

    /** Adds an event to the response being put together, in order. */
    void add(EncodedEvent event) {
        event.taken();
        switch (pending.size()) {
            case 0 -> pending = event.alone();
            case 1 -> {
                List<EncodedEvent> several = new ArrayList<>(pending);
                several.add(event);
                pending = several;
            }
            default -> pending.add(event);
        }
    }

    /** The events of the response, which the caller now owns. */
    List<EncodedEvent> takePending() {
        List<EncodedEvent> taken = pending;
        pending = List.of();
        return taken;
    }
}
