package io.leasehold.server.http;

import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ReadsClock;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.JMException;
import javax.management.ObjectName;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;

/**
 * {@code GET /debug/...}: looks into the process. For operators alone, so it is off unless a flag switches it on.
 *
 * <pre>
 * /debug/vars                   memory and command line, JSON
 * /debug/pprof/                 what there is
 * /debug/pprof/threads          every thread and where it stands
 * /debug/pprof/heap             live objects by class
 * /debug/pprof/profile?seconds  a recording for JDK Mission Control, 1 to 300 s, one at a time
 * </pre>
 */
public final class DebugEndpoint implements HttpEndpoint {
    private static final int PROFILE_SECONDS_DEFAULT = 30;
    private static final int PROFILE_SECONDS_MAX = 300;
    private static final String INDEX =
            """
            /debug/vars                   memory and command line
            /debug/pprof/threads          every thread and where it stands
            /debug/pprof/heap             live objects by class (stops the process for a moment)
            /debug/pprof/profile?seconds= a flight recording, for JDK Mission Control
            """;

    private final AtomicBoolean profiling = new AtomicBoolean();

    private final Executor threads;

    /** Serves the pages; each on a thread of its own, for none of this belongs on a connection's loop. */
    public DebugEndpoint() {
        this(task -> Thread.ofPlatform().name("leasehold-debug").daemon().start(task));
    }

    DebugEndpoint(Executor threads) {
        this.threads = threads;
    }

    @Override
    public boolean serves(String path) {
        return path.startsWith("/debug/");
    }

    @Override
    public void handle(HttpCall call) {
        if (!call.method().equals("GET")) {
            call.respond(HttpReply.onlyGet());
            return;
        }
        threads.execute(() -> call.respond(answer(call)));
    }

    private HttpReply answer(HttpCall call) {
        try {
            return switch (call.path()) {
                case "/debug/vars" -> HttpReply.json(200, variables());
                case "/debug/pprof", "/debug/pprof/" -> HttpReply.text(200, INDEX);
                case "/debug/pprof/threads", "/debug/pprof/goroutine" -> HttpReply.text(200, threads());
                case "/debug/pprof/heap" -> HttpReply.text(200, heap());
                case "/debug/pprof/profile" -> profile(call.query());
                default -> HttpReply.notFound();
            };
        } catch (IOException | JMException | ParseException e) {
            return HttpReply.text(500, e + "\n");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return HttpReply.text(503, "interrupted\n");
        }
    }

    private static String variables() {
        List<String> options = ManagementFactory.getRuntimeMXBean().getInputArguments();
        return "{\"cmdline\":["
                + String.join(
                        ",",
                        options.stream()
                                .map(text -> "\"" + JsonText.escape(text) + "\"")
                                .toList())
                + "]," + VarsEndpoint.memory() + ",\"threads\":"
                + ManagementFactory.getThreadMXBean().getThreadCount() + "}\n";
    }

    private static String threads() {
        StringBuilder text = new StringBuilder();
        for (ThreadInfo thread : ManagementFactory.getThreadMXBean().dumpAllThreads(true, true)) {
            text.append('"').append(thread.getThreadName()).append("\" ").append(thread.getThreadState());
            if (thread.getLockName() != null) {
                text.append(" on ").append(thread.getLockName());
            }
            text.append('\n');
            for (StackTraceElement frame : thread.getStackTrace()) {
                text.append("    at ").append(frame).append('\n');
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String heap() throws JMException {
        Object answer = ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        return String.valueOf(answer);
    }

    private HttpReply profile(Map<String, List<String>> query)
            throws IOException, InterruptedException, ParseException {
        int seconds = seconds(query.getOrDefault("seconds", List.of(String.valueOf(PROFILE_SECONDS_DEFAULT))));
        if (seconds < 1 || seconds > PROFILE_SECONDS_MAX) {
            return HttpReply.text(400, "seconds: expected a whole number from 1 to " + PROFILE_SECONDS_MAX + "\n");
        }
        if (!profiling.compareAndSet(false, true)) {
            return HttpReply.text(409, "a profile is being recorded already\n");
        }
        Path file = Files.createTempFile("leasehold", ".jfr");
        try (Recording recording = new Recording(Configuration.getConfiguration("profile"))) {
            recording.start();
            record(seconds);
            recording.stop();
            recording.dump(file);
            return new HttpReply(
                    200,
                    Map.of(
                            "Content-Type", "application/octet-stream",
                            "Content-Disposition", "attachment; filename=\"leasehold.jfr\""),
                    ByteSequence.wrap(Files.readAllBytes(file)));
        } finally {
            Files.deleteIfExists(file);
            profiling.set(false);
        }
    }

    @ReadsClock("a profile lasts as long as the caller wants")
    private static void record(int seconds) throws InterruptedException {
        TimeUnit.SECONDS.sleep(seconds);
    }

    private static int seconds(List<String> values) {
        try {
            return Integer.parseInt(values.get(0));
        } catch (NumberFormatException notANumber) {
            return -1;
        }
    }
}
