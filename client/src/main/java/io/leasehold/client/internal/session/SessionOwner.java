package io.leasehold.client.internal.session;

import io.leasehold.client.internal.time.Timeline;
import io.leasehold.client.session.SessionOptions;
import java.util.function.BooleanSupplier;

/** Watches whether the owner a session is bound to, a thread or a heartbeat, is still there. On the client's thread. */
final class SessionOwner {
    /** A thread's end is noticed within this. */
    private static final long LOOK_NANOS = 500_000_000L;

    private static final long LOOK_NANOS_MIN = 1_000_000L;

    private final Timeline timeline;
    private final SessionOptions options;
    private final BooleanSupplier over;
    private final Runnable gone;
    private volatile long heartbeatNanos;

    /** {@code over}: the session has ended, nothing is watched any more; {@code gone} is run once. */
    SessionOwner(Timeline timeline, SessionOptions options, BooleanSupplier over, Runnable gone) {
        this.timeline = timeline;
        this.options = options;
        this.over = over;
        this.gone = gone;
        this.heartbeatNanos = timeline.nanos();
    }

    /** Begins to watch, if the session is bound to something. Any thread. */
    void follow() {
        if (options.heartbeat().isPresent() || options.owner().isPresent()) {
            timeline.after(nextLookNanos(), this::look);
        }
    }

    /** The owner is alive. Any thread. */
    void heartbeat() {
        heartbeatNanos = timeline.nanos();
    }

    private void look() {
        if (over.getAsBoolean()) {
            return;
        }
        long now = timeline.nanos();
        boolean silent = options.heartbeat()
                .map(limit -> now - heartbeatNanos >= limit.toNanos())
                .orElse(false);
        boolean dead = options.owner().map(thread -> !thread.isAlive()).orElse(false);
        if (silent || dead) {
            gone.run();
        } else {
            timeline.after(nextLookNanos(), this::look);
        }
    }

    private long nextLookNanos() {
        long heartbeatLeft = options.heartbeat()
                .map(limit -> heartbeatNanos + limit.toNanos() - timeline.nanos())
                .orElse(LOOK_NANOS);
        return options.owner().isPresent()
                ? Math.min(heartbeatLeft, LOOK_NANOS)
                : Math.max(heartbeatLeft, LOOK_NANOS_MIN);
    }
}
