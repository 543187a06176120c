package io.leasehold.cli;

import io.leasehold.cli.Ctl.Surroundings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs what is run most, against a server in a process of its own, whose classes are not wanted here. The launcher lets the JVM watch it and keep
 * what it loaded, so that later runs find their classes in the cache.
 */
final class Training {
    private Training() {}

    static int run(Surroundings real) {
        // Without the variables of whoever happens to be the first to start the program.
        Surroundings surroundings = new Surroundings(
                real.in(), real.out(), real.err(), Map.of(), real.program(), real.commands(), real.isTerminal(), false);
        try {
            Process server = new ProcessBuilder(
                            System.getProperty("java.home") + "/bin/java",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            TrainingServer.class.getName())
                    .start();
            String port = server.inputReader(StandardCharsets.UTF_8).readLine();
            String endpoints = "--endpoints=127.0.0.1:" + port;
            for (List<String> command : List.of(
                    List.of("get", "a", endpoints),
                    List.of("put", "a", "b", endpoints, "-w", "json"),
                    List.of("get", "--prefix", "a", endpoints, "-w", "fields"),
                    List.of("lease", "grant", "60", endpoints),
                    List.of("endpoint", "status", endpoints, "-w", "table"),
                    List.of("lease", "revoke", "--help"),
                    List.of("lease", "revoke", "no-id", endpoints))) {
                List<String> patient = new ArrayList<>(command);
                // On a busy machine nothing may be left untrained.
                patient.add("--command-timeout=60s");
                new CommandRun(surroundings).run(patient);
            }
            server.destroyForcibly();
            return 0;
        } catch (IOException e) {
            surroundings.err().println("Error: the training run could not start: " + e.getMessage());
            return CtlException.Code.ERROR.number();
        }
    }
}
