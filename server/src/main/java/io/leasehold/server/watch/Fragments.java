package io.leasehold.server.watch;

import java.util.List;

/** Cuts a large response between its events, for clients that allow it. */
final class Fragments {
    /** More than a header (four varints, 2 + 4 × 11), the watch id (11) and the flags (6) can take. */
    private static final int ENVELOPE_BYTES_MAX = 64;

    private final int limitBytes;
    private final WatchCounters counters;

    /** Pieces stay below {@code limitBytes} unless a single event is larger. */
    Fragments(int limitBytes, WatchCounters counters) {
        this.limitBytes = limitBytes;
        this.counters = counters;
    }

    /** Encodes the events and sends them: in one response, or as a series of pieces with nothing in between. */
    void send(Watcher watcher, long revision, List<EncodedEvent> events) {
        boolean prevKv = watcher.spec.prevKv();
        long sizeBytes = ENVELOPE_BYTES_MAX;
        int from = 0;
        for (int i = 0; i < events.size(); i++) {
            int eventBytes = events.get(i).encode(prevKv);
            if (watcher.spec.fragment() && i > from && sizeBytes + eventBytes >= limitBytes) {
                List<EncodedEvent> piece = events.subList(from, i);
                watcher.stream.send(new WatchMessage.Events(revision, watcher.id, piece, prevKv, true));
                from = i;
                sizeBytes = ENVELOPE_BYTES_MAX;
            }
            sizeBytes += eventBytes;
        }
        List<EncodedEvent> rest = from == 0 ? events : events.subList(from, events.size());
        watcher.stream.send(new WatchMessage.Events(revision, watcher.id, rest, prevKv, false));
        watcher.active = true;
        counters.events.addAndGet(events.size());
    }
}
