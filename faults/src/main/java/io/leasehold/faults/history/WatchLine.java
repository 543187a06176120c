package io.leasehold.faults.history;

import java.util.List;

/**
 * What a watcher received, response by response.
 *
 * @param receivedNanos when the response came
 * @param headerRevision the revision in its header
 * @param changes its events; none in a progress notice
 */
public record WatchLine(long receivedNanos, long headerRevision, List<Change> changes) {
    /** Copies the list. */
    public WatchLine {
        changes = List.copyOf(changes);
    }

    /** Whether it says only how far the watcher is. */
    public boolean isProgress() {
        return changes.isEmpty();
    }
}
