package io.leasehold.client.internal.time;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a {@link Flow.Subscriber} is told, as fast as it asks for it and no faster. What waits for its demand is bounded: whoever
 * offers more is told to stop, and called when there is room again.
 *
 * <p>Any thread. Signals come one after another, on the thread that offers or on the one that asks.
 */
public final class Emission<T> implements Flow.Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(Emission.class);

    /** What is behind an emission. Calls may come from any thread, one after another, outside of any lock. */
    public interface Source {
        /** There is room: go on, or begin. */
        void resume();

        /** Nothing more is wanted. */
        void cancel();
    }

    private final Flow.Subscriber<? super T> subscriber;
    private final Source source;
    private final int waitingMax;
    private final Deque<T> waiting = new ArrayDeque<>();
    private long demand;
    private boolean stopped = true;
    private boolean draining;
    private boolean over;
    private boolean ended;
    private @Nullable Throwable failure;

    /** An emission of at most {@code waitingMax} items ahead of the subscriber's demand, 1 or more. */
    public Emission(Flow.Subscriber<? super T> subscriber, Source source, int waitingMax) {
        this.subscriber = subscriber;
        this.source = source;
        this.waitingMax = waitingMax;
    }

    /** Hands itself to the subscriber, and begins. */
    public void begin() {
        subscriber.onSubscribe(this);
        drain();
    }

    /** Adds an item; false if the source is to stop behind it until {@link Source#resume}. */
    public boolean offer(T item) {
        boolean room;
        synchronized (this) {
            if (over || ended) {
                return false;
            }
            waiting.add(item);
            stopped = waiting.size() >= waitingMax;
            room = !stopped;
        }
        drain();
        return room;
    }

    /** Puts the item in place of what waits: for states, of which only the newest matters. */
    public void replace(T item) {
        synchronized (this) {
            if (over || ended) {
                return;
            }
            waiting.clear();
            waiting.add(item);
        }
        drain();
    }

    /** The last signal, behind what waits: a failure, or completion when there is none. */
    public void end(@Nullable Throwable why) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            failure = why;
        }
        drain();
    }

    @Override
    public void request(long items) {
        synchronized (this) {
            if (over) {
                return;
            }
            if (items > 0) {
                demand = demand + items < 0 ? Long.MAX_VALUE : demand + items;
            } else {
                waiting.clear();
                ended = true;
                failure = new IllegalArgumentException("a subscriber asks for one item or more, not " + items);
            }
        }
        if (items <= 0) {
            source.cancel();
        }
        drain();
    }

    @Override
    public void cancel() {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            waiting.clear();
        }
        source.cancel();
    }

    private void drain() {
        synchronized (this) {
            if (draining) {
                return;
            }
            draining = true;
        }
        for (Runnable step = next(); step != null; step = next()) {
            step.run();
        }
    }

    /** What is to be done next; null when there is nothing, and whoever changes that drains again. */
    private synchronized @Nullable Runnable next() {
        if (!over) {
            if (demand > 0 && !waiting.isEmpty()) {
                demand--;
                T item = waiting.remove();
                return () -> tell(item);
            }
            if (stopped && !ended && waiting.size() <= waitingMax / 2) {
                stopped = false;
                return source::resume;
            }
            if (ended && waiting.isEmpty()) {
                over = true;
                return this::tellEnd;
            }
        }
        draining = false;
        return null;
    }

    private void tell(T item) {
        try {
            subscriber.onNext(item);
        } catch (RuntimeException failed) {
            LOG.error("a subscriber failed, it is told nothing more", failed);
            cancel();
        }
    }

    private void tellEnd() {
        Throwable why = failure;
        try {
            if (why == null) {
                subscriber.onComplete();
            } else {
                subscriber.onError(why);
            }
        } catch (RuntimeException failed) {
            LOG.error("a subscriber failed", failed);
        }
    }
}
