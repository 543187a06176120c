package io.leasehold.client.internal.time;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls of one listener, made one after another on the callback executor; on the thread they come from when that takes no
 * more, as after the client's end. Any thread. What a call throws is logged; the next is made all the same.
 */
public final class ListenerQueue {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerQueue.class);

    private final Executor executor;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private boolean running;
    private boolean closed;
    private @Nullable Thread thread;

    /** An empty queue. */
    public ListenerQueue(Executor executor) {
        this.executor = executor;
    }

    /** Adds a call behind those that wait; nothing after {@link #last}. */
    public void add(Runnable call) {
        synchronized (this) {
            if (closed) {
                return;
            }
            waiting.add(call);
            if (running) {
                return;
            }
            running = true;
        }
        start();
    }

    /** Drops what waits. */
    public synchronized void clear() {
        if (!closed) {
            waiting.clear();
        }
    }

    /** Makes this the last call, behind those that wait; nothing if there is a last call already. */
    public void last(Runnable call) {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            waiting.add(call);
            if (running) {
                return;
            }
            running = true;
        }
        start();
    }

    /** How many calls wait. */
    public synchronized int size() {
        return waiting.size();
    }

    /** Completes when the last call has returned, or at once for the very thread that is in it. */
    public CompletableFuture<Void> drained() {
        return drained;
    }

    /** Whether the present thread is in one of this queue's calls. */
    public synchronized boolean isInside() {
        return thread == Thread.currentThread();
    }

    private void start() {
        try {
            executor.execute(this::run);
        } catch (RejectedExecutionException noMore) {
            // On this thread rather than never: somebody may wait for what the call says.
            LOG.debug("the callback executor takes no more calls; one is made on the thread that it comes from");
            run();
        }
    }

    private void run() {
        synchronized (this) {
            thread = Thread.currentThread();
        }
        for (Runnable call = next(); call != null; call = next()) {
            try {
                call.run();
            } catch (RuntimeException listenerFailed) {
                LOG.error("a listener failed", listenerFailed);
            }
        }
    }

    private @Nullable Runnable next() {
        synchronized (this) {
            Runnable call = waiting.poll();
            if (call != null) {
                return call;
            }
            running = false;
            thread = null;
            if (!closed) {
                return null;
            }
        }
        drained.complete(null);
        return null;
    }
}
