package io.leasehold.server;

import io.leasehold.server.config.ConfigParser;
import io.leasehold.server.config.ConfigResult;
import io.leasehold.server.config.ServerConfig;
import io.leasehold.server.config.StartRefused;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code leasehold offline restore|export|defragment name=value …}: what leaseholdctl lets the server's own classes do, since it does
 * not know how a data directory looks. leaseholdctl has read and checked the flags and explains them; nobody types these.
 */
final class OfflineCommands {
    private static final int FAILED = 1;

    private final Map<String, String> values;

    private OfflineCommands(Map<String, String> values) {
        this.values = values;
    }

    /** Does it; returns the exit code. What goes wrong is told in one line. */
    static int run(List<String> arguments, PrintStream err) {
        Map<String, String> values = new HashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals > 0) {
                values.put(argument.substring(0, equals), argument.substring(equals + 1));
            }
        }
        OfflineCommands commands = new OfflineCommands(values);
        String command = arguments.isEmpty() ? "" : arguments.getFirst();
        try {
            switch (command) {
                case "restore" -> commands.restore();
                case "export" -> commands.export();
                case "defragment" -> commands.defragment();
                default -> throw new IOException("expected restore, export or defragment, got \"" + command + "\"");
            }
            return 0;
        } catch (IOException | StartRefused | IllegalArgumentException e) {
            err.println("Error: " + e.getMessage());
            return FAILED;
        }
    }

    /** A snapshot becomes the data directory of one member of a new cluster. */
    private void restore() throws IOException {
        String name = value("name", "default");
        List<String> flags = new ArrayList<>(List.of("--name=" + name, "--data-dir=" + value("data-dir", "")));
        for (String flag : List.of("initial-cluster", "initial-cluster-token", "initial-advertise-peer-urls")) {
            if (values.containsKey(flag)) {
                flags.add("--" + flag + "=" + values.get(flag));
            }
        }
        ServerConfig config = config(flags);
        new SnapshotRestore(
                        Path.of(value("snapshot", "")),
                        new SnapshotRestore.Settings(
                                name,
                                config.dataDirectory(),
                                config.bootstrap().members(),
                                config.bootstrap().token(),
                                Boolean.parseBoolean(value("skip-hash-check", "false")),
                                Long.parseLong(value("bump-revision", "0")),
                                Boolean.parseBoolean(value("mark-compacted", "false"))))
                .run();
    }

    /** A data directory becomes a snapshot. */
    private void export() throws IOException {
        new DirectoryExport(Path.of(value("data-dir", ""))).write(Path.of(value("file", "")));
    }

    /** Compacted revisions leave the files of a data directory. */
    private void defragment() throws IOException {
        new StoppedMember(Path.of(value("data-dir", "")))
                .run((server, done) -> server.replica().giveSpaceBack(Runnable::run, () -> done.complete(true)));
    }

    private String value(String name, String fallback) {
        return values.getOrDefault(name, fallback);
    }

    /**
     * The configuration that flags of the server describe.
     *
     * @throws IllegalArgumentException if they describe none
     */
    static ServerConfig config(List<String> flags) {
        ConfigResult result = ConfigParser.parse(flags, Map.of());
        if (result instanceof ConfigResult.Parsed parsed) {
            return parsed.config();
        }
        throw new IllegalArgumentException(
                result instanceof ConfigResult.Rejected rejected
                        ? String.join("; ", rejected.problems())
                        : "the flags ask for help");
    }
}
