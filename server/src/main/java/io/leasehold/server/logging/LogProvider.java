package io.leasehold.server.logging;

import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/** Found by slf4j through {@code META-INF/services}; gives out {@link LineLogger}s. */
public final class LogProvider implements SLF4JServiceProvider {
    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final MDCAdapter contexts = new NOPMDCAdapter();
    private ILoggerFactory loggers = name -> {
        throw new IllegalStateException("slf4j asked for the logger " + name + " before it initialized its provider");
    };

    /** For slf4j alone. */
    public LogProvider() {}

    @Override
    public void initialize() {
        LogRules rules = LogRules.published();
        LogWriter writer = new LogWriter(LogOutputs.open(rules.outputs(), rules.rotation()), rules.format());
        loggers = name -> new LineLogger(name, rules, writer);
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return loggers;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return contexts;
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0.99";
    }
}
