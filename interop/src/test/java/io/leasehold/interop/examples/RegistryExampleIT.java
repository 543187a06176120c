package io.leasehold.interop.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.interop.Await;
import io.leasehold.interop.RunningServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class RegistryExampleIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration TTL = Duration.ofSeconds(3);

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    @TempDir
    Path directory = Path.of("");

    private final List<Process> children = new ArrayList<>();

    @AfterEach
    void end_all() {
        children.forEach(Process::destroyForcibly);
    }

    @Test
    void a_killed_service_vanishes_when_its_ttl_ends_and_the_others_stay() throws Exception {
        Path watched = directory.resolve("watched");
        start(watched, "WatchRegistry");
        awaitLine(watched, "alive nobody");
        Path printed = directory.resolve("printed");
        start(printed, "Register", "billing", "10.0.0.1:8080", "3");
        awaitLine(watched, "alive {billing=10.0.0.1:8080}");
        Process orders = start(printed, "Register", "orders", "10.0.0.2:8080", "3");
        awaitLine(watched, "alive {billing=10.0.0.1:8080, orders=10.0.0.2:8080}");
        start(printed, "Register", "search", "10.0.0.3:8080", "3");
        awaitLine(watched, "alive {billing=10.0.0.1:8080, orders=10.0.0.2:8080, search=10.0.0.3:8080}");

        orders.destroyForcibly().waitFor();

        awaitLine(watched, "alive {billing=10.0.0.1:8080, search=10.0.0.3:8080}");
        Await.pause(TTL.plusSeconds(1));
        assertThat(Files.readAllLines(watched))
                .last()
                .asString()
                .endsWith("{billing=10.0.0.1:8080, search=10.0.0.3:8080}");
    }

    private Process start(Path output, String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "io.leasehold.examples.registry." + program,
                SERVER.endpoint()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .redirectError(directory.resolve("errors").toFile())
                .start();
        children.add(process);
        return process;
    }

    private static void awaitLine(Path output, String end) {
        Await.until(end, LIMIT, () -> Files.readAllLines(output).stream().anyMatch(line -> line.endsWith(end)));
    }
}
