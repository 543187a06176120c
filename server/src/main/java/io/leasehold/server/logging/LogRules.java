package io.leasehold.server.logging;

import io.leasehold.server.config.ServerConfig.LogFormat;
import io.leasehold.server.config.ServerConfig.LogOutput;
import io.leasehold.server.config.ServerConfig.LogSettings;
import java.util.Locale;
import org.slf4j.event.Level;

/**
 * What is logged, in which form and where. slf4j makes its backend by itself, before anyone can hand it an object, so the
 * rules travel as system properties: {@link #publish} before the first logger is made.
 */
public record LogRules(Level level, LogFormat format, LogOutput output) {
    private static final String LEVEL = "leasehold.log.level";
    private static final String FORMAT = "leasehold.log.format";
    private static final String OUTPUT = "leasehold.log.output";

    /** What the libraries say below this is of no use to an operator. */
    private static final Level LIBRARY_LEVEL = Level.WARN;

    private static final String OWN_PREFIX = "io.leasehold.";

    /** Makes the settings known to the backend. Later calls have no effect on loggers there are. */
    public static void publish(LogSettings settings) {
        System.setProperty(LEVEL, settings.level().name());
        System.setProperty(FORMAT, settings.format().name());
        System.setProperty(OUTPUT, settings.output().name());
    }

    static LogRules published() {
        return new LogRules(
                Level.valueOf(property(LEVEL, "INFO")),
                LogFormat.valueOf(property(FORMAT, "JSON")),
                LogOutput.valueOf(property(OUTPUT, "STDERR")));
    }

    /** Whether a logger of that name writes events of that level. */
    boolean allows(String logger, Level event) {
        Level least = logger.startsWith(OWN_PREFIX) || level.toInt() > LIBRARY_LEVEL.toInt() ? level : LIBRARY_LEVEL;
        return event.toInt() >= least.toInt();
    }

    private static String property(String name, String defaultValue) {
        return System.getProperty(name, defaultValue).toUpperCase(Locale.ROOT);
    }
}
