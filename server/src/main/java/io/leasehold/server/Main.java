package io.leasehold.server;

import io.leasehold.server.config.ConfigParser;
import io.leasehold.server.config.ConfigResult;
import io.leasehold.server.config.HelpText;
import io.leasehold.server.config.ListenUrl;
import io.leasehold.server.config.ServerConfig;
import io.leasehold.server.config.ServerConfig.LogFormat;
import io.leasehold.server.config.ServerConfig.LogSettings;
import io.leasehold.server.config.ServerVersion;
import io.leasehold.server.config.StartRefused;
import io.leasehold.server.front.PortRole;
import io.leasehold.server.logging.LibraryLogs;
import io.leasehold.server.logging.LogOutputs;
import io.leasehold.server.logging.LogRules;
import io.leasehold.server.memory.HeapLooks;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The command line: {@code leasehold server [flags]}, {@code version}, {@code help}. Flags alone mean the server, so that
 * what starts {@code etcd} can start this. Exit codes are etcd's: 0 asked and told, 1 cannot start, 2 not understood; a
 * server that a signal stops ends with the signal's own code.
 */
public final class Main {
    private static final int CANNOT_START = 1;
    private static final int NOT_UNDERSTOOD = 2;

    /** Set by the launcher, which can ask the shell; asking the JVM would load a console library. */
    private static final String TERMINAL_PROPERTY = "leasehold.terminal";

    /** Set by the launcher: the name it was called by. */
    private static final String PROGRAM_PROPERTY = "leasehold.program";

    private Main() {}

    /** Runs the command; returns while a started server goes on, else ends the process. */
    public static void main(String[] arguments) {
        OptionalInt exitCode = run(List.of(arguments), System.getenv(), System.out, System.err);
        if (exitCode.isPresent()) {
            System.out.flush();
            System.exit(exitCode.getAsInt());
        }
    }

    private static OptionalInt run(
            List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        String command = arguments.isEmpty() ? "help" : arguments.getFirst();
        if (command.startsWith("-")) {
            return server(arguments, environment, out, err);
        }
        switch (command) {
            case "server" -> {
                return server(arguments.subList(1, arguments.size()), environment, out, err);
            }
            case "version" -> out.print(HelpText.version());
            case "help" -> out.print(HelpText.help());
            case "train" -> Training.run();
            case "offline" -> {
                return OptionalInt.of(OfflineCommands.run(arguments.subList(1, arguments.size()), err));
            }
            default -> {
                err.println("leasehold: unknown command \"" + command + "\"; see leasehold help");
                return OptionalInt.of(NOT_UNDERSTOOD);
            }
        }
        return OptionalInt.of(0);
    }

    private static OptionalInt server(
            List<String> flags, Map<String, String> environment, PrintStream out, PrintStream err) {
        ConfigResult result = ConfigParser.parse(flags, environment);
        if (result instanceof ConfigResult.Parsed parsed) {
            return start(parsed, isGiven(flags, environment, "log-format"), out, err);
        }
        if (result instanceof ConfigResult.Rejected rejected) {
            rejected.problems().forEach(problem -> err.println("leasehold: " + problem));
            if (rejected.exitCode() == NOT_UNDERSTOOD) {
                err.println("leasehold: \"leasehold help\" lists the flags");
            }
            return OptionalInt.of(rejected.exitCode());
        }
        out.print(result instanceof ConfigResult.HelpAsked ? HelpText.help() : HelpText.version());
        return OptionalInt.of(0);
    }

    private static OptionalInt start(
            ConfigResult.Parsed parsed, boolean formatGiven, PrintStream out, PrintStream err) {
        ServerConfig config = parsed.config();
        boolean terminal = Boolean.getBoolean(TERMINAL_PROPERTY);
        LogSettings log = config.log();
        Optional<String> unwritable = LogOutputs.refusal(log.outputs());
        if (unwritable.isPresent()) {
            err.println("leasehold: " + unwritable.get());
            return OptionalInt.of(CANNOT_START);
        }
        LogRules.publish(
                terminal && !formatGiven
                        ? new LogSettings(log.level(), LogFormat.CONSOLE, log.outputs(), log.rotation())
                        : log);
        LibraryLogs.redirect();
        Logger logger = LoggerFactory.getLogger(Main.class);
        parsed.warnings().forEach(logger::warn);
        logStarting(logger, parsed);
        ServerLife life = new ServerLife(config, Main::halt);
        LeaseholdServer server;
        try {
            server = life.begin();
        } catch (StartRefused refused) {
            err.println("leasehold: " + refused.getMessage());
            return OptionalInt.of(CANNOT_START);
        } catch (RuntimeException broken) {
            logger.error("the server could not start", broken);
            return OptionalInt.of(CANNOT_START);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(life, logger), "leasehold-stop"));
        StopSignals.install(() -> stop(life, logger));
        HeapLooks.start(life::expiredLeases, life);
        tellReady(server, logger, out, terminal && System.getenv("NO_COLOR") == null);
        SystemdNotice.ready(System.getenv());
        return OptionalInt.empty();
    }

    /** In etcd's words: who starts, and with which flags. */
    static void logStarting(Logger logger, ConfigResult.Parsed parsed) {
        LoggingEventBuilder line = logger.atInfo()
                .addKeyValue("name", parsed.config().name())
                .addKeyValue("data-dir", parsed.config().dataDirectory());
        for (Map.Entry<String, Object> flag : parsed.given().entrySet()) {
            if (!flag.getKey().equals("name") && !flag.getKey().equals("data-dir")) {
                line = line.addKeyValue(flag.getKey(), flag.getValue());
            }
        }
        line.log("starting an etcd server");
    }

    /**
     * The banner for people, and the lines that tools wait for, in etcd's words. Called as etcd it says no more than etcd:
     * whoever reads that takes every line for JSON.
     */
    static void tellReady(LeaseholdServer server, Logger logger, PrintStream out, boolean coloured) {
        ServerConfig config = server.config();
        if (!"etcd".equals(System.getProperty(PROGRAM_PROPERTY))) {
            out.print(Banner.text(config.name(), server.addresses(), config.dataDirectory(), coloured));
            out.flush();
        }
        logger.atInfo().addKeyValue("cluster-version", ServerVersion.CLUSTER).log("set initial cluster version");
        logger.atInfo().addKeyValue("cluster-version", ServerVersion.CLUSTER).log("enabled capabilities for version");
        logger.info("published local member to cluster through raft");
        logger.info("ready to serve client requests");
        for (PortRole role : PortRole.values()) {
            for (ListenUrl address : server.addresses(role)) {
                logger.atInfo()
                        .addKeyValue("traffic", role.traffic())
                        .addKeyValue("address", address.hostAndPort())
                        .log(servingWords(role, address));
            }
        }
    }

    private static String servingWords(PortRole role, ListenUrl address) {
        if (role == PortRole.METRICS) {
            return "serving metrics";
        }
        return address.isSecure()
                ? "serving client traffic securely"
                : "serving client traffic insecurely; this is strongly discouraged!";
    }

    private static void stop(ServerLife life, Logger logger) {
        logger.info("stopping");
        life.end();
        logger.info("stopped");
    }

    /** A member that cannot go on must not answer one more request: no hooks, no closing. */
    private static void halt(String what, Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        LoggerFactory.getLogger(Main.class).error("the member stops for good: {}", what, cause);
        System.err.println("leasehold: the member stops for good: " + what + ": " + root
                + "; nothing acknowledged is lost. Remove the cause and start it again (see docs/recovery.md)");
        Runtime.getRuntime().halt(CANNOT_START);
    }

    private static boolean isGiven(List<String> flags, Map<String, String> environment, String flag) {
        return flags.stream().anyMatch(each -> each.matches("--?" + flag + "(=.*)?"))
                || environment.keySet().stream().anyMatch(("ETCD_" + flag.replace('-', '_'))::equalsIgnoreCase);
    }
}
