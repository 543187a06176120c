package io.leasehold.server.replica;

import io.leasehold.mvcc.LogScrub;
import io.leasehold.mvcc.StoreCorruptedException;
import io.leasehold.mvcc.StoreSnapshot;
import io.leasehold.server.loop.Ticker;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Passes over the store's files that look for damage, slowly and again and again. What they find is reported once a pass; the
 * rest of the pass is left out, as the member is no good any more. Belongs to the Rewriter's thread.
 */
final class Scrubbing {
    /** Read in one turn. Ten turns a second make 2.5 MiB, and a pass over 2 GiB takes a quarter of an hour. */
    private static final int TURN_BYTES = 256 << 10;

    /** Between two passes, so that a small store is not read over and over. */
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Supplier<StoreSnapshot> newest;
    private final Consumer<StoreCorruptedException> damaged;
    private final Ticker ticker;
    private @Nullable LogScrub pass;
    private long nextPassNanos;

    Scrubbing(Supplier<StoreSnapshot> newest, Consumer<StoreCorruptedException> damaged, Ticker ticker) {
        this.newest = newest;
        this.damaged = damaged;
        this.ticker = ticker;
        this.nextPassNanos = ticker.nanos() + PAUSE_NANOS;
    }

    /** Reads on, if it is time; returns how many bytes were found whole. */
    long some() {
        LogScrub now = pass;
        if (now == null && ticker.nanos() - nextPassNanos < 0) {
            return 0;
        }
        now = now == null ? newest.get().scrub() : now;
        long readBytes = check(now);
        pass = readBytes > 0 ? now : null;
        if (pass == null) {
            nextPassNanos = ticker.nanos() + PAUSE_NANOS;
        }
        return readBytes;
    }

    private long check(LogScrub now) {
        try {
            return now.checkSome(TURN_BYTES);
        } catch (StoreCorruptedException damage) {
            damaged.accept(damage);
            return 0;
        }
    }
}
