package io.leasehold.server.logging;

import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Leads what libraries say through {@code java.util.logging} (grpc-java does) into our log. */
public final class LibraryLogs extends Handler {
    /**
     * These warn, with a stack, about things a client may do at any time: an oversized message, a connection cut. Nobody
     * can act on that, and a client must not be able to fill the log. Kept here because the log manager forgets loggers
     * nobody holds, and their levels with them.
     */
    private static final List<Logger> SILENCED = List.of(
            Logger.getLogger("io.grpc.netty.NettyServerStream"),
            Logger.getLogger("io.grpc.netty.NettyServerHandler"),
            Logger.getLogger("io.grpc.netty.NettyServerTransport.connections"),
            // Ten times a second for each member that is gone; the engine tells of it itself, and now and then.
            Logger.getLogger("org.apache.ratis.thirdparty.io.grpc.internal.ManagedChannelImpl"));

    private final Formatter texts = new SimpleFormatter();

    private LibraryLogs() {}

    /** Replaces all handlers there are. Once, before the first library logs. */
    public static void redirect() {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.setLevel(Level.WARNING);
        root.addHandler(new LibraryLogs());
        SILENCED.forEach(logger -> logger.setLevel(Level.OFF));
    }

    @Override
    public void publish(@Nullable LogRecord event) {
        if (event == null || event.getLevel().intValue() < Level.WARNING.intValue()) {
            return;
        }
        String name = event.getLoggerName() == null ? "" : event.getLoggerName();
        boolean severe = event.getLevel().intValue() >= Level.SEVERE.intValue();
        LoggerFactory.getLogger(name)
                .atLevel(severe ? org.slf4j.event.Level.ERROR : org.slf4j.event.Level.WARN)
                .setCause(event.getThrown())
                .log(texts.formatMessage(event));
    }

    @Override
    public void flush() {
        // Every line is written at once.
    }

    @Override
    public void close() {
        // The stream is the process's.
    }
}
