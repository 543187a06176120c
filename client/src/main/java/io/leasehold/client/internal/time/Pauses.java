package io.leasehold.client.internal.time;

import io.leasehold.client.internal.time.Timeline.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Times to wait before something is tried again. When the client is closed they are over at once. Any thread. */
public final class Pauses {
    private static final long NANOS_MIN = 50_000_000L;
    private static final int DOUBLINGS_MAX = 5;

    private final Timeline timeline;
    private final Set<CompletableFuture<Boolean>> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** No pauses yet. */
    public Pauses(Timeline timeline) {
        this.timeline = timeline;
    }

    @SuppressWarnings("CollectionUndefinedEquality") // By identity, which is meant: futures have no other equality.
    private void remove(CompletableFuture<Boolean> pause) {
        running.remove(pause);
    }

    /** Completes with true when the time is over, with false when the client is closed; cancelling it frees its timer. */
    public CompletableFuture<Boolean> of(Duration time) {
        CompletableFuture<Boolean> pause = new CompletableFuture<>();
        running.add(pause);
        Timer timer = timeline.after(time.toNanos(), () -> pause.complete(true));
        Futures.onEnd(pause, (over, cancelled) -> {
            remove(pause);
            timer.cancel();
        });
        if (closed) {
            pause.complete(false);
        }
        return pause;
    }

    /** The pause after so many failures in a row, from 1: 50 ms, doubled each time up to 1.6 s. */
    public CompletableFuture<Boolean> afterFailures(int failures) {
        return of(Duration.ofNanos(NANOS_MIN << Math.min(Math.max(failures - 1, 0), DOUBLINGS_MAX)));
    }

    /** Ends all pauses, and those to come. */
    public void close() {
        closed = true;
        List.copyOf(running).forEach(pause -> pause.complete(false));
    }
}
