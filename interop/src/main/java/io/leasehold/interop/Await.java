package io.leasehold.interop;

import io.leasehold.protocol.ReadsClock;
import java.time.Duration;
import java.util.concurrent.Callable;

/** Waiting for something that another process does: look, and look again, until a deadline. */
@ReadsClock("other processes run on the real clock")
public final class Await {
    private static final Duration PAUSE = Duration.ofMillis(10);

    private Await() {}

    /**
     * Returns as soon as the condition holds. An exception of the condition counts as "not yet".
     *
     * @param what named in the failure
     * @throws AssertionError when the limit has passed; its cause is the last exception of the condition
     */
    public static void until(String what, Duration limit, Callable<Boolean> condition) {
        long start = System.nanoTime();
        Exception last = null;
        do {
            try {
                if (condition.call()) {
                    return;
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for " + what, stopped);
            } catch (Exception notYet) {
                last = notYet;
            }
            pause(PAUSE);
        } while (System.nanoTime() - start < limit.toNanos());
        throw new AssertionError("waited " + limit + " in vain for " + what, last);
    }

    /** Lets real time pass, for what can only be shown by nothing happening. */
    public static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", stopped);
        }
    }
}
