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
    private volatile boolean shutdownExpected;

    EngineFailure(LogListener listener) {
        this.listener = listener;
    }

    /** The first report goes to the listener, later ones nowhere. */
    void report(String what, Throwable cause) {
        if (silent.compareAndSet(false, true)) {
            listener.failed(what, cause);
        }
    }

    /** The engine has closed itself: an error that it has only logged, or the others do not know this member any more. */
    void shutDown() {
        if (!shutdownExpected) {
            report(
                    "run the log",
                    new IllegalStateException(
                            "the engine shut itself down; its log tells why, unless the member was removed"));
        }
    }

    /** From now on it is no failure if the engine closes itself: this member was removed. */
    void expectShutdown() {
        shutdownExpected = true;
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
