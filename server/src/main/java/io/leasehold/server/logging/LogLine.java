package io.leasehold.server.logging;

import io.leasehold.server.http.JsonText;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;

/** The two forms of a log line. Pure functions; the line ends with its line end. */
final class LogLine {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private LogLine() {}

    /** One JSON object with the keys of etcd's logger: level, ts, caller, msg, the pairs, error, stacktrace. */
    static String json(
            Instant time,
            Level level,
            String logger,
            String message,
            List<KeyValuePair> pairs,
            @Nullable Throwable failure) {
        StringBuilder line = new StringBuilder(256).append('{');
        member(line, "level", name(level)).append(',');
        member(line, "ts", TIME.format(time)).append(',');
        member(line, "caller", caller(logger)).append(',');
        member(line, "msg", message);
        for (KeyValuePair pair : pairs) {
            line.append(',');
            if (pair.value instanceof Number || pair.value instanceof Boolean) {
                line.append('"').append(JsonText.escape(pair.key)).append("\":").append(pair.value);
            } else {
                member(line, pair.key, String.valueOf(pair.value));
            }
        }
        if (failure != null) {
            member(line.append(','), "error", failure.toString());
            member(line.append(','), "stacktrace", stack(failure));
        }
        return line.append("}\n").toString();
    }

    /** Time, level, place, message, pairs; a failure's stack below. */
    static String console(
            Instant time,
            Level level,
            String logger,
            String message,
            List<KeyValuePair> pairs,
            @Nullable Throwable failure) {
        StringBuilder line = new StringBuilder(256)
                .append(TIME.format(time))
                .append(' ')
                .append(String.format(Locale.ROOT, "%-5s", name(level)))
                .append(' ')
                .append(caller(logger))
                .append("  ")
                .append(message);
        for (KeyValuePair pair : pairs) {
            line.append(' ').append(pair.key).append('=').append(pair.value);
        }
        line.append('\n');
        if (failure != null) {
            line.append(stack(failure));
        }
        return line.toString();
    }

    private static StringBuilder member(StringBuilder line, String key, String value) {
        return line.append('"')
                .append(JsonText.escape(key))
                .append("\":\"")
                .append(JsonText.escape(value))
                .append('"');
    }

    private static String name(Level level) {
        return level == Level.TRACE ? "debug" : level.name().toLowerCase(Locale.ROOT);
    }

    /** The class and its package's last part, as etcd names file and directory. */
    private static String caller(String logger) {
        int lastDot = logger.lastIndexOf('.');
        int start = lastDot <= 0 ? 0 : logger.lastIndexOf('.', lastDot - 1) + 1;
        return logger.substring(start).replace('.', '/');
    }

    private static String stack(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
