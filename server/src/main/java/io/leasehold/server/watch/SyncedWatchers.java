package io.leasehold.server.watch;

import io.leasehold.mvcc.StoreEvent;
import io.leasehold.mvcc.WatcherIndex;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The watchers that have been sent everything up to the served revision, and are fed as changes come in. Owned by the
 * dispatcher's thread.
 */
final class SyncedWatchers {
    /** As many as one response from history has. */
    private static final int RESPONSE_REVISIONS_MAX = 1_000;
    /** A response is sent when its events may have grown to this: small against what is queued for one client. */
    private static final int RESPONSE_BYTES = 64 * 1024;

    private final WatcherIndex<Watcher> index = new WatcherIndex<>();
    private final Set<Watcher> all = new HashSet<>();
    /** Those with events that are gathered and not sent. */
    private final List<Watcher> touched = new ArrayList<>();

    /** What {@link #takeGathered} hands to watchers: made once, as events come by the hundred thousand. */
    private @Nullable EncodedEvent gathered;

    private final Consumer<Watcher> takeGathered = this::take;

    private int responsesSent;
    private int gatheredRevisions;
    private long gatheredBytes;

    private final Fragments fragments;
    private final Consumer<Watcher> lagging;
    private long servedRevision;

    /** {@code lagging} takes a watcher that has been removed from here and is to go on from its next revision. */
    SyncedWatchers(long servedRevision, Fragments fragments, Consumer<Watcher> lagging) {
        this.servedRevision = servedRevision;
        this.fragments = fragments;
        this.lagging = lagging;
    }

    /** Up to here all events have been sent to whom they concern. */
    long servedRevision() {
        return servedRevision;
    }

    /** Adds a watcher that has nothing to be told up to {@code currentRevision}, or further if its next revision is beyond. */
    void add(Watcher watcher, long currentRevision) {
        if (all.isEmpty()) {
            // While there was nobody to serve, batches may have been skipped.
            servedRevision = Math.max(servedRevision, currentRevision);
        }
        watcher.synced = true;
        all.add(watcher);
        index.add(watcher.range(), watcher);
    }

    /** Removes a watcher that is here. */
    void remove(Watcher watcher) {
        watcher.synced = false;
        all.remove(watcher);
        index.remove(watcher.range(), watcher);
    }

    /**
     * Takes in a batch; what has been served before is skipped. It is sent by {@link #sendAll} at the latest. Who sees several
     * revisions meanwhile gets them in one response, for a response costs more than an event.
     */
    void deliver(EventFeed.Batch batch) {
        List<StoreEvent> events = batch.events();
        int from = 0;
        while (from < events.size()) {
            long revision = events.get(from).record().modRevision();
            int to = from + 1;
            while (to < events.size() && events.get(to).record().modRevision() == revision) {
                to++;
            }
            if (revision > servedRevision) {
                skipThrough(revision - 1);
                gather(events, from, to);
                servedRevision = revision;
            }
            from = to;
        }
        skipThrough(batch.revision());
    }

    /** Events up to {@code revision} will not come here: whoever may want some of them has to read the history. */
    void skipThrough(long revision) {
        if (revision <= servedRevision) {
            return;
        }
        send();
        List<Watcher> concerned =
                all.stream().filter(watcher -> watcher.nextRevision <= revision).toList();
        concerned.forEach(watcher -> fallBehind(watcher, servedRevision + 1));
        servedRevision = revision;
    }

    /** Notes a whole revision, the events from {@code from} to before {@code to}, for those who want it. */
    private void gather(List<StoreEvent> events, int from, int to) {
        for (int i = from; i < to; i++) {
            EncodedEvent event = new EncodedEvent(events.get(i));
            gathered = event;
            index.forEachMatching(event.key(), takeGathered);
            gatheredBytes += event.event().record().encodedLength();
        }
        gatheredRevisions++;
        if (gatheredRevisions == RESPONSE_REVISIONS_MAX || gatheredBytes >= RESPONSE_BYTES) {
            send();
        }
    }

    private void take(Watcher watcher) {
        EncodedEvent event = gathered;
        if (event != null && watcher.wants(event)) {
            if (watcher.nothingPending()) {
                touched.add(watcher);
            }
            watcher.add(event);
        }
    }

    /**
     * Sends what is noted.
     *
     * @return how many responses that were since the last call from outside
     */
    int sendAll() {
        send();
        int responses = responsesSent;
        responsesSent = 0;
        return responses;
    }

    private void send() {
        responsesSent += touched.size();
        for (Watcher watcher : touched) {
            List<EncodedEvent> pending = watcher.takePending();
            if (watcher.stream.sink.isReady()) {
                fragments.send(watcher, pending.getLast().revision(), pending);
            } else {
                fallBehind(watcher, pending.getFirst().revision());
            }
        }
        touched.clear();
        gatheredRevisions = 0;
        gatheredBytes = 0;
    }

    private void fallBehind(Watcher watcher, long revision) {
        remove(watcher);
        watcher.nextRevision = Math.max(watcher.nextRevision, revision);
        lagging.accept(watcher);
    }
}
