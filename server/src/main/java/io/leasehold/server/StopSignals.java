package io.leasehold.server;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals that end the process: the server stops, then the process sends itself the same signal with nobody there to
 * catch it. Who waits for the process then sees it ended by the signal and not by an exit code, as with etcd. As process 1
 * of a container, which the kernel does not end that way, it exits with 0.
 *
 * <p>{@code sun.misc.Signal} is the only way to a signal in a JVM. It is called by reflection because javac warns of it in a
 * manner that cannot be suppressed, and warnings are errors here. A JVM that was told to leave signals alone ({@code -Xrs})
 * or has no such class keeps its own manner: shutdown hooks, then exit code 128 and the signal's number.
 */
final class StopSignals {
    private static final Logger LOGGER = LoggerFactory.getLogger(StopSignals.class);
    private static final String SIGNAL = "sun.misc.Signal";
    private static final String HANDLER = "sun.misc.SignalHandler";
    private static final List<String> NAMES = List.of("TERM", "INT", "HUP");

    /** The process that the kernel sends no signal which it does not catch. */
    private static final long INIT_PID = 1;

    /** What a shell adds to a signal's number. */
    private static final int SIGNAL_EXIT_BASE = 128;

    private final Runnable stop;
    private final AtomicBoolean stopping = new AtomicBoolean();

    private StopSignals(Runnable stop) {
        this.stop = stop;
    }

    /** From now on the first of the signals runs {@code stop}, on a thread of its own, and ends the process after it. */
    static void install(Runnable stop) {
        new StopSignals(stop).install();
    }

    private void install() {
        try {
            Class<?> handlerType = Class.forName(HANDLER);
            Object handler = Proxy.newProxyInstance(
                    StopSignals.class.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            caught(arguments[0]);
                            return null;
                        }
                        return method.getName().equals("equals") ? proxy == arguments[0] : 0;
                    });
            for (String name : NAMES) {
                handle(Class.forName(SIGNAL).getConstructor(String.class).newInstance(name), handler);
            }
        } catch (ReflectiveOperationException leftToTheJvm) {
            LOGGER.debug("signals are left to the JVM", leftToTheJvm);
        }
    }

    /**
     * Whatever comes while the server stops adds nothing to the first signal. The thread is no daemon: when the server's
     * last thread has ended the JVM would be gone before the signal, with code 0.
     */
    private void caught(Object signal) {
        if (stopping.compareAndSet(false, true)) {
            Thread.ofPlatform().name("leasehold-stop").daemon(false).start(() -> {
                try {
                    stop.run();
                } finally {
                    end(signal);
                }
            });
        }
    }

    private static void end(Object signal) {
        long pid = ProcessHandle.current().pid();
        if (pid == INIT_PID) {
            Runtime.getRuntime().halt(0);
        }
        int exitCode = SIGNAL_EXIT_BASE;
        try {
            String name = (String) signal.getClass().getMethod("getName").invoke(signal);
            exitCode += (int) signal.getClass().getMethod("getNumber").invoke(signal);
            handle(signal, Class.forName(HANDLER).getField("SIG_DFL").get(null));
            // The JVM's own raise refuses a signal that it has no handler for.
            new ProcessBuilder("sh", "-c", "kill -s " + name + " " + pid)
                    .start()
                    .waitFor();
        } catch (ReflectiveOperationException | IOException | InterruptedException notSent) {
            LOGGER.debug("the signal was not sent on", notSent);
        }
        Runtime.getRuntime().halt(exitCode);
    }

    private static void handle(Object signal, Object handler) throws ReflectiveOperationException {
        signal.getClass()
                .getMethod("handle", signal.getClass(), Class.forName(HANDLER))
                .invoke(null, signal, handler);
    }
}
