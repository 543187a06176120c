package io.leasehold.cli;

import io.leasehold.cli.Ctl.Surroundings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs what is run most, against a server in a process of its own, whose classes are not wanted here. The launcher lets the
 * JVM watch it and keep what it loaded, so that later runs find their classes in the cache.
 */
final class Training {
    private Training() {}

    static int run(Surroundings real) {
        // Without the variables of whoever happens to be the first to start the program.
        Surroundings surroundings = new Surroundings(
                real.in(), real.out(), real.err(), Map.of(), real.program(), real.commands(), Ctl.Audience.NOBODY);
        try {
            Path directory = Files.createTempDirectory("leaseholdctl-training");
            try {
                train(surroundings, TrainingCertificate.make(directory));
            } finally {
                delete(directory);
            }
            return 0;
        } catch (IOException e) {
            surroundings.err().println("Error: the training run could not start: " + e.getMessage());
            return CtlException.Code.ERROR.number();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    private static void train(Surroundings surroundings, TrainingCertificate pair) throws IOException {
        Process server = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TrainingServer.class.getName(),
                        pair.authority().toString(),
                        pair.certificate().toString(),
                        pair.key().toString())
                .start();
        try {
            String line = server.inputReader(StandardCharsets.UTF_8).readLine();
            if (line == null) {
                throw new IOException("its server ended");
            }
            String[] ports = line.split(" ", -1);
            List<String> plain = List.of("--endpoints=127.0.0.1:" + ports[0]);
            List<String> secure = List.of(
                    "--endpoints=https://localhost:" + ports[1],
                    "--cacert=" + pair.authority(),
                    "--cert=" + pair.certificate(),
                    "--key=" + pair.key(),
                    "--user=root:training");
            run(surroundings, plain, "get", "a");
            run(surroundings, plain, "put", "a", "b", "-w", "json");
            run(surroundings, plain, "get", "--prefix", "a", "-w", "fields");
            run(surroundings, plain, "lease", "grant", "60");
            run(surroundings, plain, "endpoint", "status", "-w", "table");
            run(surroundings, plain, "lease", "revoke", "--help");
            run(surroundings, plain, "lease", "revoke", "no-id");
            run(surroundings, secure, "get", "a");
        } finally {
            server.destroyForcibly();
        }
    }

    private static void run(Surroundings surroundings, List<String> flags, String... command) {
        List<String> patient = new ArrayList<>(List.of(command));
        patient.addAll(flags);
        // On a busy machine nothing may be left untrained.
        patient.add("--command-timeout=60s");
        new CommandRun(surroundings).run(patient);
    }
}
