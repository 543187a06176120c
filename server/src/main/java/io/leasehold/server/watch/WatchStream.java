package io.leasehold.server.watch;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The watchers of one stream of a client. The public methods may be called from any thread: they leave a request for the
 * dispatcher. The rest belongs to the dispatcher's thread.
 */
public final class WatchStream {
    final WatchSink sink;
    final Map<Long, Watcher> watchers = new HashMap<>();
    /** Lagging watchers that wait for the sink; the others are with {@link CatchUp}. */
    final Set<Watcher> parked = new LinkedHashSet<>();

    int lagging;
    /** The highest revision told in a header: progress never goes behind it. */
    long toldRevision;

    boolean closed;

    private final WatchDispatcher dispatcher;
    private long nextId;

    WatchStream(WatchDispatcher dispatcher, WatchSink sink) {
        this.dispatcher = dispatcher;
        this.sink = sink;
    }

    /** Asks for a watcher; answered by {@link WatchMessage.Created} or {@link WatchMessage.Refused}, in order of asking. */
    public void create(WatchSpec spec) {
        dispatcher.request(new WatchRequest.Create(this, spec));
    }

    /** Ends a watcher; answered by {@link WatchMessage.Canceled} when there is one of that id, else not at all. */
    public void cancel(long watchId) {
        dispatcher.request(new WatchRequest.Cancel(this, watchId));
    }

    /** Asks how far all watchers are; answered only when none of them lags, else not at all. */
    public void progress() {
        dispatcher.request(new WatchRequest.Progress(this));
    }

    /** Refuses a create in its turn, for a reason that was found before: its answer keeps its place among the others. */
    public void refuse(String reason) {
        dispatcher.request(new WatchRequest.Refuse(this, reason));
    }

    /** The sink takes events again. */
    public void ready() {
        dispatcher.request(new WatchRequest.Ready(this));
    }

    /** The client has gone: all watchers end without a word. Calling it again does nothing. */
    public void close() {
        dispatcher.request(new WatchRequest.Close(this));
    }

    /** An id that is not in use and that this method has not returned before. */
    long chooseId() {
        while (watchers.containsKey(nextId)) {
            nextId++;
        }
        return nextId++;
    }

    void send(WatchMessage message) {
        toldRevision = Math.max(toldRevision, message.revision());
        sink.send(message);
    }
}
