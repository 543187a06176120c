package io.leasehold.server.config;

import java.nio.file.Path;

/** One place the log goes to. */
public sealed interface LogOutput {
    /** The process's standard error, which is also what etcd's {@code default} means. */
    record StandardError() implements LogOutput {
        @Override
        public String toString() {
            return "stderr";
        }
    }

    /** The process's standard output. */
    record StandardOutput() implements LogOutput {
        @Override
        public String toString() {
            return "stdout";
        }
    }

    /** A file that is appended to, and made when it is missing. */
    record LogFile(Path path) implements LogOutput {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * The output a flag names: {@code default}, {@code stderr}, {@code stdout}, or a path.
     *
     * @throws java.nio.file.InvalidPathException when it can be no path
     */
    static LogOutput parse(String text) {
        return switch (text) {
            case "default", "stderr", "/dev/stderr" -> new StandardError();
            case "stdout", "/dev/stdout" -> new StandardOutput();
            default -> new LogFile(Path.of(text));
        };
    }
}
