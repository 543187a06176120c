package io.leasehold.server.logging;

import io.leasehold.server.config.LogOutput;
import io.leasehold.server.config.LogRotation;
import io.leasehold.server.config.ServerConfig.LogFormat;
import io.leasehold.server.config.ServerConfig.LogSettings;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * What is logged, in which form and where. slf4j makes its backend by itself, before anyone can hand it an object, so the
 * rules travel as system properties: {@link #publish} before the first logger is made.
 */
public record LogRules(Level level, LogFormat format, List<LogOutput> outputs, @Nullable LogRotation rotation) {
    private static final String LEVEL = "leasehold.log.level";
    private static final String FORMAT = "leasehold.log.format";
    private static final String OUTPUTS = "leasehold.log.outputs";
    private static final String ROTATION = "leasehold.log.rotation";

    /** Stands between outputs: no path has a line end in it. */
    private static final String SEPARATOR = "\n";

    /** What the libraries say below this is of no use to an operator. */
    private static final Level LIBRARY_LEVEL = Level.WARN;

    /**
     * Warns, once for every connection to a Unix socket, that such a one has no TCP keepalive, which grpc-java asks for
     * whatever the socket. Nobody can act on that.
     */
    private static final String SILENCED = "io.netty.bootstrap.ServerBootstrap";

    private static final String OWN_PREFIX = "io.leasehold.";

    /** Makes the settings known to the backend. Later calls have no effect on loggers there are. */
    public static void publish(LogSettings settings) {
        System.setProperty(LEVEL, settings.level().name());
        System.setProperty(FORMAT, settings.format().name());
        System.setProperty(
                OUTPUTS, settings.outputs().stream().map(LogOutput::toString).collect(Collectors.joining(SEPARATOR)));
        LogRotation rotation = settings.rotation();
        if (rotation != null) {
            System.setProperty(ROTATION, rotation.toText());
        }
    }

    static LogRules published() {
        return new LogRules(
                Level.valueOf(property(LEVEL, "INFO")),
                LogFormat.valueOf(property(FORMAT, "JSON")),
                Stream.of(System.getProperty(OUTPUTS, "stderr").split(SEPARATOR, -1))
                        .map(LogOutput::parse)
                        .toList(),
                System.getProperty(ROTATION) == null ? null : LogRotation.parse(System.getProperty(ROTATION)));
    }

    /** Copies the list. */
    public LogRules {
        outputs = List.copyOf(outputs);
    }

    /** Whether a logger of that name writes events of that level. */
    boolean allows(String logger, Level event) {
        Level least = logger.startsWith(OWN_PREFIX) || level.toInt() > LIBRARY_LEVEL.toInt() ? level : LIBRARY_LEVEL;
        return event.toInt() >= least.toInt() && !(logger.equals(SILENCED) && event == Level.WARN);
    }

    private static String property(String name, String defaultValue) {
        return System.getProperty(name, defaultValue).toUpperCase(Locale.ROOT);
    }
}
