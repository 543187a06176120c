package io.leasehold.cli;

import java.util.List;

/**
 * What signals do to the process.
 *
 * <p>A JVM that a signal ends exits with 128 and the signal's number, which a shell takes for the same as being ended by it,
 * and others do not. {@code sun.misc.Signal} is the only way to change that; it is called by reflection because javac warns of
 * it in a manner that cannot be suppressed, and warnings are errors here.
 */
final class Signals {
    private static final String SIGNAL = "sun.misc.Signal";
    private static final String HANDLER = "sun.misc.SignalHandler";
    private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

    private Signals() {}

    /** From now on they end the process as the system has it: without hooks, and whoever waits for it sees which it was. */
    static void leaveToSystem() {
        try {
            Class<?> signal = Class.forName(SIGNAL);
            Class<?> handler = Class.forName(HANDLER);
            Object byDefault = handler.getField("SIG_DFL").get(null);
            for (String name : NAMES) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), byDefault);
            }
        } catch (ReflectiveOperationException leftToTheJvm) {
            // A JVM without that class, or one that was told to leave signals alone: it ends in its own manner.
        }
    }
}
