package io.leasehold.simulation;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.mvcc.StoreEvent;
import io.leasehold.server.watch.EncodedEvent;
import io.leasehold.server.watch.WatchMessage;
import io.leasehold.server.watch.WatchSink;
import io.leasehold.server.watch.WatchSpec;
import io.leasehold.server.watch.WatchStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client that watches all keys, now and then at another member, from behind the last revision it has seen. It must see
 * every event there ever was, in order and once, and whole revisions only.
 */
final class Watching {
    /** Tenths of a second until everything must have been seen: twice as long as a client stays at one member. */
    private static final int PATIENCE = 300;

    private final Cluster cluster;
    private final Agenda agenda;
    private long number;
    private int seen;
    private long seenRevision = 1;

    Watching(Cluster cluster) {
        this.cluster = cluster;
        this.agenda = cluster.agenda;
    }

    /** Watches, and goes elsewhere after a while. */
    void begin() {
        long mine = ++number;
        cluster.anyMember().request(node -> {
            if (mine == number) {
                Sink sink = new Sink(mine);
                WatchStream stream = node.watches().open(sink);
                sink.stream = stream;
                stream.create(new WatchSpec(KeyRange.ALL, seenRevision + 1, 0, false, false, false, false, false));
            }
        });
        agenda.after(Agenda.SECOND + agenda.delayNanos(8_000), () -> {
            number++;
            begin();
        });
    }

    /** At the end: nothing is missing. */
    void requireAllSeen() {
        for (int turn = 0; turn < PATIENCE && seen < cluster.observer.events().size(); turn++) {
            agenda.run(Agenda.SECOND / 10);
        }
        if (seen != cluster.observer.events().size()) {
            throw new PromiseBroken(
                    "watch", seen + " events of " + cluster.observer.events().size() + " were seen");
        }
    }

    /** How many events were seen. */
    int seen() {
        return seen;
    }

    private void see(WatchMessage.Events message) {
        List<StoreEvent> truth = cluster.observer.events();
        for (EncodedEvent encoded : message.events()) {
            StoreEvent event = encoded.event();
            StoreEvent expected = seen < truth.size() ? truth.get(seen) : null;
            if (expected == null
                    || !event.record().toString().equals(expected.record().toString())) {
                throw new PromiseBroken("watch", "event " + seen + " is " + event + ", expected was " + expected);
            }
            seen++;
            seenRevision = event.record().modRevision();
        }
        if (seen < truth.size() && truth.get(seen).record().modRevision() == seenRevision) {
            throw new PromiseBroken("watch", "revision " + seenRevision + " came in parts");
        }
    }

    /** What lies before is not told any more; the client watches from there. */
    private void skipTo(long compactRevision) {
        if (compactRevision <= seenRevision) {
            throw new PromiseBroken("watch", "compacted at " + compactRevision + ", wanted was from " + seenRevision);
        }
        List<StoreEvent> truth = cluster.observer.events();
        while (seen < truth.size() && truth.get(seen).record().modRevision() < compactRevision) {
            seen++;
        }
        seenRevision = compactRevision - 1;
        // The present period goes on without a watcher; the next one begins there.
    }

    /** The client's end of a stream; it is slow at times. */
    private final class Sink implements WatchSink {
        private final long mine;

        @Nullable
        WatchStream stream;

        Sink(long mine) {
            this.mine = mine;
        }

        @Override
        public boolean isReady() {
            if (agenda.oneIn(5)) {
                agenda.after(agenda.delayNanos(900), () -> {
                    if (stream != null) {
                        stream.ready();
                    }
                });
                return false;
            }
            return true;
        }

        @Override
        public void send(WatchMessage message) {
            if (mine != number) {
                return;
            }
            if (message instanceof WatchMessage.Events events) {
                see(events);
            } else if (message instanceof WatchMessage.Compacted compacted) {
                skipTo(compacted.compactRevision());
            }
        }

        @Override
        public void handled() {}
    }
}
