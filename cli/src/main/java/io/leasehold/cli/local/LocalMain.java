package io.leasehold.cli.local;

import io.leasehold.protocol.ReadsClock;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.logging.LogManager;

/** The process: {@code leasehold cluster}. */
@ReadsClock("wiring")
public final class LocalMain {
    static final int FAILED = 1;
    static final int NOT_UNDERSTOOD = 2;

    /** Members get twenty seconds to stop; this is some more. */
    private static final long END_SECONDS = 40;

    private static final int TOKEN_BYTES = 8;
    private static final DateTimeFormatter TIME_OF_DAY = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    private LocalMain() {}

    /**
     * What a command may use of its process.
     *
     * @param isTerminal whether people read stdout and stderr as they are written
     * @param launcher the program {@code leasehold}
     * @param end counted down when the process is to end
     * @param timeOfDay for people
     * @param randomHex something that nobody else has
     */
    record Surroundings(
            PrintStream out,
            PrintStream err,
            Map<String, String> environment,
            boolean isTerminal,
            String launcher,
            CountDownLatch end,
            LongSupplier nanoTime,
            Supplier<String> timeOfDay,
            Supplier<String> randomHex) {
        Surroundings {
            environment = Map.copyOf(environment);
        }

        boolean isColoured() {
            return isTerminal && environment.getOrDefault("NO_COLOR", "").isEmpty();
        }
    }

    /** Runs one command and ends the process with its exit code; a signal ends what it keeps first. */
    public static void main(String[] arguments) {
        LogManager.getLogManager().reset();
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Thread onSignal = new Thread(() -> endBySignal(end, ended), "leasehold-signal");
        Runtime.getRuntime().addShutdownHook(onSignal);
        Surroundings surroundings = new Surroundings(
                new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8),
                System.err,
                System.getenv(),
                Boolean.getBoolean("leasehold.terminal"),
                System.getProperty("leasehold.launcher", "leasehold"),
                end,
                System::nanoTime,
                () -> LocalTime.now(ZoneId.systemDefault()).format(TIME_OF_DAY),
                LocalMain::randomHex);
        int code = new LocalRun(surroundings).run(List.of(arguments));
        surroundings.out().flush();
        boolean signalled = !isRemoved(onSignal);
        ended.countDown();
        if (!signalled) {
            Runtime.getRuntime().halt(code);
        }
    }

    private static void endBySignal(CountDownLatch end, CountDownLatch ended) {
        end.countDown();
        try {
            var unused = ended.await(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** False once a signal has come: the process then ends with the signal's code. */
    private static boolean isRemoved(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            return false;
        }
    }

    private static String randomHex() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
