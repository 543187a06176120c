package io.leasehold.server.logging;

import io.leasehold.protocol.ReadsClock;
import io.leasehold.server.config.ServerConfig.LogFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;

/** Puts lines onto a stream, each with one write, so that lines of several threads do not mix. Thread-safe. */
@ReadsClock("a log line says when it was written, for people to read")
final class LogWriter {
    private final OutputStream target;
    private final LogFormat format;

    LogWriter(OutputStream target, LogFormat format) {
        this.target = target;
        this.format = format;
    }

    void write(Level level, String logger, String message, List<KeyValuePair> pairs, @Nullable Throwable failure) {
        String line =
                switch (format) {
                    case JSON -> LogLine.json(Instant.now(), level, logger, message, pairs, failure);
                    case CONSOLE -> LogLine.console(Instant.now(), level, logger, message, pairs, failure);
                };
        try {
            target.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException nobodyReads) {
            // The terminal or pipe has gone. Serving goes on without a log.
            return;
        }
    }
}
