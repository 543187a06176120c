package io.leasehold.client.internal.time;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who want to know what becomes of one thing. They are told one after another on the callback executor, and its end
 * once. What a listener throws is logged, and the others are told all the same. Any thread.
 */
public final class Listeners<L> {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<L> all = new CopyOnWriteArrayList<>();
    private final ListenerQueue queue;

    /** Nobody yet. */
    public Listeners(Executor callbacks) {
        this.queue = new ListenerQueue(callbacks);
    }

    /** One more, who is told what happens from now on. */
    public void add(L listener) {
        all.add(listener);
    }

    /** Whether there is nobody. */
    public boolean isEmpty() {
        return all.isEmpty();
    }

    /** Tells all, behind what waits to be told; nothing after {@link #tellLast}. */
    public void tell(Consumer<L> call) {
        if (!isEmpty()) {
            queue.add(() -> tellNow(call));
        }
    }

    /** Runs this behind what waits to be told, on the callback executor; nothing after {@link #tellLast}. */
    public void thenRun(Runnable step) {
        queue.add(step);
    }

    /** Tells all and then runs this; the first time it is called, and never again. */
    public void tellLast(Consumer<L> call, Runnable then) {
        queue.last(() -> {
            tellNow(call);
            then.run();
        });
    }

    /** Completes when all have been told the last, or at once for the thread that tells them. */
    public CompletableFuture<Void> told() {
        return queue.isInside() ? CompletableFuture.completedFuture(null) : queue.drained();
    }

    /** For a step of {@link #thenRun}: tells all at once. */
    public void tellNow(Consumer<L> call) {
        for (L listener : all) {
            try {
                call.accept(listener);
            } catch (RuntimeException failed) {
                LOG.error("a listener failed", failed);
            }
        }
    }
}
