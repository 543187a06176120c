package io.leasehold.cli.terminal;

import io.leasehold.protocol.ReadsClock;
import java.io.PrintStream;

/**
 * A line on stderr that tells how far long work has come; nothing where nobody watches. One thread; and the one that ends the
 * process, on which the line is left as it is.
 */
public final class Progress implements AutoCloseable {
    private static final long PAUSE_NANOS = 100_000_000;
    private static final int BAR_CELLS = 30;
    private static final String LINE_START = "\r\u001b[K";

    private final PrintStream err;
    private final boolean shown;
    private final Thread leaving = new Thread(this::leave);
    private volatile boolean begun;
    private long nextNanos;

    /** {@code shown}: whether people watch. */
    public Progress(PrintStream err, boolean shown) {
        this.err = err;
        this.shown = shown;
        if (shown) {
            Runtime.getRuntime().addShutdownHook(leaving);
        }
    }

    /** Tells how much is done, without an end in sight. */
    public void tell(String text) {
        if (isTime()) {
            err.print(LINE_START + text);
            err.flush();
        }
    }

    /** Tells how much of something is done. */
    public void tell(String what, long done, long all) {
        if (isTime()) {
            int full = all <= 0 ? 0 : (int) Math.min(BAR_CELLS, done * BAR_CELLS / all);
            err.print(LINE_START + what + " " + "█".repeat(full) + "░".repeat(BAR_CELLS - full) + " "
                    + (all <= 0 ? "" : done * 100 / all + " %"));
            err.flush();
        }
    }

    @Override
    public void close() {
        clear();
        if (shown) {
            try {
                Runtime.getRuntime().removeShutdownHook(leaving);
            } catch (IllegalStateException ending) {
                // The line is gone already.
            }
        }
    }

    /** What a shell writes next stands below. */
    private void leave() {
        if (begun) {
            err.println();
        }
    }

    /** Takes the line away; the next telling brings it back. */
    public void clear() {
        if (begun) {
            begun = false;
            err.print(LINE_START);
            err.flush();
        }
    }

    @ReadsClock("ten times a second is often enough")
    private boolean isTime() {
        long nowNanos = System.nanoTime();
        if (!shown || (begun && nowNanos - nextNanos < 0)) {
            return false;
        }
        begun = true;
        nextNanos = nowNanos + PAUSE_NANOS;
        return true;
    }
}
