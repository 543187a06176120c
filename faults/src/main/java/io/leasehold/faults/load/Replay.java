package io.leasehold.faults.load;

import io.grpc.ManagedChannel;
import io.leasehold.faults.history.Change;
import io.leasehold.faults.history.Changes;
import io.leasehold.faults.history.WatchLine;
import io.leasehold.protocol.ReadsClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What a member tells afterwards of a stretch of revisions, through a watch from its beginning. */
@ReadsClock("waits for a real server")
public final class Replay {
    private static final long LOOK_MILLIS = 200;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private Replay() {}

    /**
     * Reads the changes of all keys with a prefix.
     *
     * @throws IllegalStateException when the member has not told all within a minute
     */
    public static Changes read(ManagedChannel channel, String prefix, long firstRevision, long lastRevision) {
        long startNanos = System.nanoTime();
        List<Change> changes = new ArrayList<>();
        try (WatchStream stream = new WatchStream(channel, prefix, firstRevision)) {
            while (System.nanoTime() - startNanos < LIMIT_NANOS) {
                Optional<WatchLine> line = stream.next(LOOK_MILLIS);
                if (line.isEmpty()) {
                    stream.askForProgress();
                } else if (!line.get().isProgress()) {
                    changes.addAll(line.get().changes());
                } else if (line.get().headerRevision() >= lastRevision) {
                    return new Changes(changes);
                }
                if (stream.isOver()) {
                    throw new IllegalStateException(
                            "the watch from " + firstRevision + " broke; compacted at " + stream.compactedRevision());
                }
            }
        }
        throw new IllegalStateException("not told up to " + lastRevision + " in time");
    }
}
