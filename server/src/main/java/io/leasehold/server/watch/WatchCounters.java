package io.leasehold.server.watch;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What the dispatcher tells the metrics. Written by its thread, read by any. */
public final class WatchCounters {
    final AtomicInteger streams = new AtomicInteger();
    final AtomicInteger watchers = new AtomicInteger();
    final AtomicInteger laggingWatchers = new AtomicInteger();
    final AtomicLong events = new AtomicLong();

    WatchCounters() {}

    /** Streams open now. */
    public int streams() {
        return streams.get();
    }

    /** Watchers there are now. */
    public int watchers() {
        return watchers.get();
    }

    /** Watchers that are fed from history now. */
    public int laggingWatchers() {
        return laggingWatchers.get();
    }

    /** Events sent since the start, counted once per watcher. */
    public long events() {
        return events.get();
    }
}
