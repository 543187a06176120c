package io.leasehold.raft.ratis;

import io.leasehold.raft.LogListener;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where everything ends that the engine would swallow: tells the listener once that the log cannot go on. Quiet after the
 * log was closed, because an engine that is being taken apart complains about much. Any thread.
 */
final class EngineFailure {

    private final LogListener listener;
    private final AtomicBoolean silent = new AtomicBoolean();

    EngineFailure(LogListener listener) {
        this.listener = listener;
    }

    /** The first report goes to the listener, later ones nowhere. */
    void report(String what, Throwable cause) {
        if (silent.compareAndSet(false, true)) {
            listener.failed(what, cause);
        }
    }

    /** From now on nothing is reported. */
    void silence() {
        silent.set(true);
    }

    /** Whether nothing may be told to the listener any more: failed or closed. */
    boolean isSilent() {
        return silent.get();
    }
}
