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

    /** Less than the shortest suspension that can be told from noise, many times more than clocks are slewed in a lease's time. */
    private static final long DRIFT_MILLIS = 100;

    private final ScheduledThreadPoolExecutor loop;
    private final SuspensionMeter suspension = SuspensionMeter.ofThisMachine();
    private final AtomicLong suspendedNanos = new AtomicLong();

    /** How far the wall clock was from the monotonic one when the uptime was last read. */
    private volatile long lookedAtDriftMillis;

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

    /**
     * A lease's validity is asked for at each read from a cache, and reading the kernel's uptime takes ten microseconds. So
     * it is only read when the wall clock has moved against the monotonic one, as it does when the machine wakes up. Nothing
     * depends on what the wall clock says.
     */
    @Override
    public void noticeSuspension() {
        long monotonicNanos = System.nanoTime();
        long driftMillis = System.currentTimeMillis() - monotonicNanos / 1_000_000;
        if (Math.abs(driftMillis - lookedAtDriftMillis) >= DRIFT_MILLIS) {
            suspendedNanos.accumulateAndGet(suspension.suspendedNanos(monotonicNanos), Math::max);
            lookedAtDriftMillis = driftMillis;
        }
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
