package io.leasehold.client.internal.time;

import io.leasehold.protocol.ReadsClock;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A daemon thread and the machine's monotonic clock. */
@ReadsClock("the client's wiring: everything else takes its time from here")
public final class RealTimeline implements Timeline {
    private static final Logger LOG = LoggerFactory.getLogger(RealTimeline.class);

    private final ScheduledThreadPoolExecutor loop;
    private final SuspensionMeter suspension = SuspensionMeter.ofThisMachine();
    private final AtomicLong suspendedNanos = new AtomicLong();

    /** Starts the thread when the first task comes. */
    public RealTimeline(String threadName) {
        loop = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            return thread;
        });
        loop.setRemoveOnCancelPolicy(true);
        loop.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public long nanos() {
        return System.nanoTime() + suspendedNanos.get();
    }

    @Override
    public void noticeSuspension() {
        suspendedNanos.accumulateAndGet(suspension.suspendedNanos(System.nanoTime()), Math::max);
    }

    @Override
    public Timer after(long delayNanos, Runnable task) {
        try {
            Future<?> scheduled = loop.schedule(guarded(task), Math.max(delayNanos, 0), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }

    @Override
    public void execute(Runnable task) {
        try {
            loop.execute(guarded(task));
        } catch (RejectedExecutionException closed) {
            LOG.debug("the client is closed, a late task is dropped");
        }
    }

    @Override
    public void close() {
        loop.shutdown();
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable bug) {
                // The outermost frame of the loop: what has happened is told, and the next task is run.
                LOG.error("a task of the client failed; this is a bug of the client", bug);
            }
        };
    }
}
