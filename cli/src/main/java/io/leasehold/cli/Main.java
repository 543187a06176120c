package io.leasehold.cli;

import io.leasehold.cli.Ctl.Audience;
import io.leasehold.cli.Ctl.Surroundings;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
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
        // Otherwise Netty looks for other logging libraries in every jar.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        PrintStream out = new PrintStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)), false, StandardCharsets.UTF_8);
        String program = System.getProperty("leasehold.program", "leaseholdctl");
        Surroundings surroundings = new Surroundings(
                System.in, out, System.err, System.getenv(), program, Commands.of(program), audience());
        List<String> arguments = RawArguments.of(args);
        int code = arguments.equals(List.of("train"))
                ? Training.run(surroundings)
                : new CommandRun(surroundings).run(arguments);
        out.flush();
        // Threads of the connection may linger; nothing waits for them.
        Runtime.getRuntime().halt(code);
    }

    /** As the launcher has seen it. */
    private static Audience audience() {
        if (Boolean.getBoolean("leasehold.interactive")) {
            return Audience.TYPIST;
        }
        return Boolean.getBoolean("leasehold.terminal") ? Audience.READER : Audience.NOBODY;
    }
}
