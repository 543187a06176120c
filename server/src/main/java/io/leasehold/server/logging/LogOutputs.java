package io.leasehold.server.logging;

import io.leasehold.server.config.LogOutput;
import io.leasehold.server.config.LogRotation;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Opens what the log goes to, as one stream that writes to all of them. */
public final class LogOutputs {
    private LogOutputs() {}

    /**
     * What keeps a file among the outputs from being written, in one sentence; empty when nothing does. To be asked before
     * the first line is logged.
     */
    public static Optional<String> refusal(List<LogOutput> outputs) {
        for (LogOutput output : outputs) {
            if (output instanceof LogOutput.LogFile file) {
                try (OutputStream opened = openFile(file, null)) {
                    opened.flush();
                } catch (IOException unwritable) {
                    return Optional.of("--log-outputs: cannot write to " + file + ": " + unwritable.getMessage());
                }
            }
        }
        return Optional.empty();
    }

    /** A file that cannot be opened is told on stderr, which then takes its place: a server without a log is blind. */
    static OutputStream open(List<LogOutput> outputs, @Nullable LogRotation rotation) {
        List<OutputStream> streams = new ArrayList<>();
        for (LogOutput output : outputs) {
            streams.add(open(output, rotation));
        }
        return streams.size() == 1 ? streams.getFirst() : new Several(streams);
    }

    private static OutputStream open(LogOutput output, @Nullable LogRotation rotation) {
        return switch (output) {
            case LogOutput.StandardError ignored -> new FileOutputStream(FileDescriptor.err);
            case LogOutput.StandardOutput ignored -> new FileOutputStream(FileDescriptor.out);
            case LogOutput.LogFile file -> openFileOrStderr(file, rotation);
        };
    }

    private static OutputStream openFile(LogOutput.LogFile file, @Nullable LogRotation rotation) throws IOException {
        return rotation == null
                ? new FileOutputStream(file.path().toFile(), true)
                : RotatingFile.open(file.path(), rotation);
    }

    private static OutputStream openFileOrStderr(LogOutput.LogFile file, @Nullable LogRotation rotation) {
        try {
            return openFile(file, rotation);
        } catch (IOException unwritable) {
            System.err.println("leasehold: cannot write the log to " + file + " (" + unwritable.getMessage()
                    + "); it goes to stderr");
            return new FileOutputStream(FileDescriptor.err);
        }
    }

    /** A stream that has failed does not keep lines from the others. */
    private static final class Several extends OutputStream {
        private final List<OutputStream> streams;

        Several(List<OutputStream> streams) {
            this.streams = List.copyOf(streams);
        }

        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single});
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            IOException failure = null;
            for (OutputStream stream : streams) {
                try {
                    stream.write(bytes, offset, length);
                } catch (IOException nobodyReads) {
                    failure = nobodyReads;
                }
            }
            if (failure != null) {
                throw failure;
            }
        }
    }
}
