package io.leasehold.server;

import io.leasehold.server.config.ServerConfig;
import io.leasehold.server.loop.FatalHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server of a process over its lives: a member that was too far behind the others closes its server and opens it again
 * with the state that it has fetched; one that was removed ends the process. Any thread.
 */
final class ServerLife implements FatalHandler {
    private static final Logger LOGGER = LoggerFactory.getLogger(ServerLife.class);
    private static final int CANNOT_START = 1;

    private final ServerConfig config;
    private final FatalHandler process;
    private @Nullable LeaseholdServer server;
    private boolean ended;

    /** A server that is not started; {@code process} ends the process when it cannot go on. */
    ServerLife(ServerConfig config, FatalHandler process) {
        this.config = config;
        this.process = process;
    }

    /** Starts the server; throws what {@link LeaseholdServer#start} throws. */
    synchronized LeaseholdServer begin() {
        LeaseholdServer started = LeaseholdServer.start(config, this);
        server = started;
        return started;
    }

    /** Closes the server; idempotent. */
    synchronized void end() {
        ended = true;
        if (server != null) {
            server.close();
        }
    }

    /** How many leases the server that runs has seen run out while it led. Any thread; waits while one starts. */
    synchronized long expiredLeases() {
        return server == null ? 0 : server.expiredLeases();
    }

    @Override
    public void halt(String what, Throwable cause) {
        process.halt(what, cause);
    }

    @Override
    public void removed() {
        Thread.ofPlatform().name("leasehold-removed").start(() -> System.exit(0));
    }

    @Override
    public void startAnew() {
        Thread.ofPlatform().name("leasehold-start-anew").start(this::again);
    }

    private synchronized void again() {
        if (ended) {
            return;
        }
        LOGGER.info("starting again with the state that was fetched");
        if (server != null) {
            server.close();
        }
        try {
            server = LeaseholdServer.start(config.again(), this);
        } catch (RuntimeException broken) {
            LOGGER.error("the server could not start again", broken);
            Runtime.getRuntime().halt(CANNOT_START);
        }
    }
}
