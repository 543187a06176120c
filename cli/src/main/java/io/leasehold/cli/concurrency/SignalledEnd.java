package io.leasehold.cli.concurrency;

import java.util.function.IntSupplier;

/**
 * What a command does when a signal ends the process: until it is forgotten, something of its own, on a thread of its own, and
 * the process ends with the code that comes of it.
 */
final class SignalledEnd {
    private final Thread hook;

    /** {@code end}: does what is to be done and returns the exit code. */
    SignalledEnd(IntSupplier end) {
        hook = new Thread(() -> Runtime.getRuntime().halt(end.getAsInt()), "leaseholdctl-signal");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** From now on signals do what they did before; does not return when one has come. */
    void forget() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException signalled) {
            awaitTheEnd();
        }
    }

    private void awaitTheEnd() {
        try {
            hook.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
