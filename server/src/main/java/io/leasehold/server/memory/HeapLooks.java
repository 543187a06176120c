package io.leasehold.server.memory;

import io.leasehold.server.loop.FatalHandler;
import io.leasehold.server.loop.TurnLoop;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the heap of this process once a second and has it collected when the {@link GarbageBound} says so. For the
 * process of a server, not for a server in somebody else's: the heap is the whole JVM's. The thread of its loop.
 */
public final class HeapLooks implements TurnLoop.Turns {
    private static final Logger LOGGER = LoggerFactory.getLogger(HeapLooks.class);

    private final Runtime runtime = Runtime.getRuntime();
    private final GarbageBound bound = new GarbageBound(usedBytes());

    private final LongSupplier expiredLeases;

    private HeapLooks(LongSupplier expiredLeases) {
        this.expiredLeases = expiredLeases;
    }

    /**
     * Begins to look, on a thread of its own, until the process ends.
     *
     * @param expiredLeases how many leases have ended by running out; asked once a second
     */
    public static TurnLoop start(LongSupplier expiredLeases, FatalHandler fatal) {
        return TurnLoop.start("leasehold-heap", new HeapLooks(expiredLeases), TimeUnit.SECONDS.toNanos(1), fatal);
    }

    @Override
    public boolean turn() {
        long usedBytes = usedBytes();
        if (bound.isDue(usedBytes, expiredLeases.getAsLong())) {
            System.gc();
            long aliveBytes = usedBytes();
            bound.collected(aliveBytes);
            LOGGER.debug("the heap was collected, used-bytes={} alive-bytes={}", usedBytes, aliveBytes);
        }
        return false;
    }

    @Override
    public void sleep(long nanos) {
        LockSupport.parkNanos(this, nanos);
    }

    private long usedBytes() {
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
