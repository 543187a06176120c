package io.leasehold.server.replica;

import io.leasehold.mvcc.SegmentRewrite;
import io.leasehold.mvcc.StoreCorruptedException;
import io.leasehold.server.loop.Mailbox;
import io.leasehold.server.loop.TurnLoop;
import io.leasehold.server.loop.WakeUp;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on the store's files in the background, on a thread of its own and slowly: a little, then a pause. It copies what is
 * still needed of segments that hold much garbage, without pauses if somebody waits for it; what is copied goes back to the
 * Applier, who takes it over. When there is nothing to copy it {@link Scrubbing reads everything} to find damage.
 */
final class Rewriter implements TurnLoop.Turns {
    private static final Logger LOGGER = LoggerFactory.getLogger(Rewriter.class);

    /** Read in one turn, and what is kept of it forced to disk: some milliseconds. */
    private static final int TURN_BYTES = 1 << 20;

    /** Between two turns: a quarter of one core at most, and 50 MiB read in a second. */
    private static final long PAUSE_NANOS = 20_000_000;

    private final Mailbox<ApplierTask> applier;
    private final WakeUp wakeUp = new WakeUp();
    private final SpaceCounters counters = new SpaceCounters();
    private final Scrubbing scrubbing;

    /** Handed over by the Applier, one at a time. */
    private final AtomicReference<@Nullable SegmentRewrite> given = new AtomicReference<>();

    private volatile boolean hurried;

    /** Being copied. The thread's own. */
    private @Nullable SegmentRewrite current;

    Rewriter(Mailbox<ApplierTask> applier, Scrubbing scrubbing) {
        this.applier = applier;
        this.scrubbing = scrubbing;
    }

    /** Has it copied; the one before has come back. Applier. */
    void copy(SegmentRewrite rewrite) {
        given.set(rewrite);
        wakeUp.signal();
    }

    /** Whether to leave the pauses out. Applier. */
    void hurry(boolean somebodyWaits) {
        hurried = somebodyWaits;
        wakeUp.signal();
    }

    /** What has been done, for metrics. Any thread. */
    SpaceCounters counters() {
        return counters;
    }

    @Override
    public boolean turn() {
        SegmentRewrite rewrite = current == null ? given.getAndSet(null) : current;
        if (rewrite == null) {
            counters.scrubbed(scrubbing.some());
            return false;
        }
        current = rewrite;
        boolean more = copySome(rewrite);
        if (!more) {
            current = null;
        }
        return more && hurried;
    }

    @Override
    public void sleep(long nanos) {
        wakeUp.sleep(current == null ? nanos : Math.min(nanos, PAUSE_NANOS));
    }

    /** Gives up what is under way; the thread has ended. */
    void stop() {
        SegmentRewrite rewrite = current == null ? given.getAndSet(null) : current;
        if (rewrite != null) {
            abandon(rewrite);
        }
        current = null;
    }

    private boolean copySome(SegmentRewrite rewrite) {
        try {
            if (rewrite.copySome(TURN_BYTES)) {
                return true;
            }
            counters.rewritten(rewrite.oldBytes(), rewrite.newBytes());
            LOGGER.debug("segments written anew old-bytes={} new-bytes={}", rewrite.oldBytes(), rewrite.newBytes());
            applier.force(new ApplierTask.Copied(rewrite));
        } catch (IOException | StoreCorruptedException failure) {
            // The store is none the worse: it reads the old files, and the next compaction is another chance.
            LOGGER.warn("cannot write segments anew, their space is not given back", failure);
            abandon(rewrite);
            applier.force(new ApplierTask.CopyFailed(rewrite));
        }
        return false;
    }

    private static void abandon(SegmentRewrite rewrite) {
        try {
            rewrite.abandon();
        } catch (IOException failure) {
            LOGGER.warn("a half-written segment stays until the next start", failure);
        }
    }
}
