package io.leasehold.server.logging;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/** A logger that writes one line per event. Thread-safe; stateless but for its name. */
final class LineLogger extends LegacyAbstractLogger implements LoggingEventAware {
    private static final long serialVersionUID = 1;

    private final transient LogRules rules;
    private final transient LogWriter writer;

    LineLogger(String name, LogRules rules, LogWriter writer) {
        this.name = name;
        this.rules = rules;
        this.writer = writer;
    }

    @Override
    public void log(LoggingEvent event) {
        if (rules.allows(name, event.getLevel())) {
            List<KeyValuePair> pairs = event.getKeyValuePairs();
            write(
                    event.getLevel(),
                    event.getMessage(),
                    event.getArgumentArray(),
                    pairs == null ? List.of() : pairs,
                    event.getThrowable());
        }
    }

    @Override
    public boolean isTraceEnabled() {
        return rules.allows(name, Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return rules.allows(name, Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return rules.allows(name, Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return rules.allows(name, Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return rules.allows(name, Level.ERROR);
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            @Nullable String pattern,
            Object @Nullable [] arguments,
            @Nullable Throwable failure) {
        write(level, pattern, arguments, List.of(), failure);
    }

    private void write(
            Level level,
            @Nullable String pattern,
            Object @Nullable [] arguments,
            List<KeyValuePair> pairs,
            @Nullable Throwable failure) {
        String message = MessageFormatter.basicArrayFormat(pattern, arguments);
        writer.write(level, name, message == null ? "" : message, pairs, failure);
    }
}
