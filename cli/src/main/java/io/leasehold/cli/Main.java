package io.leasehold.cli;

import io.leasehold.cli.Ctl.Surroundings;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.LogManager;

/** The process: {@code leaseholdctl}, or by its links {@code etcdctl} and {@code etcdutl}. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        // What libraries log is nobody's business here: scripts read stderr, too.
        LogManager.getLogManager().reset();
        PrintStream out = new PrintStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)), false, StandardCharsets.UTF_8);
        Surroundings surroundings = new Surroundings(System.in, out, System.err, System.getenv());
        List<String> arguments = List.of(args);
        int code =
                arguments.equals(List.of("train")) ? train(surroundings) : new CommandRun(surroundings).run(arguments);
        out.flush();
        // Threads of the connection may linger; nothing waits for them.
        Runtime.getRuntime().halt(code);
    }

    /** Runs what every command runs, against nobody: the launcher lets the JVM keep what it loaded meanwhile. */
    private static int train(Surroundings surroundings) {
        CommandRun run = new CommandRun(surroundings);
        run.run(List.of("get", "a", "--endpoints=127.0.0.1:1", "--command-timeout=300ms"));
        run.run(List.of("put", "a", "b", "--endpoints=127.0.0.1:1", "--command-timeout=300ms", "-w", "json"));
        return 0;
    }
}
