package io.leasehold.server.config;

import io.leasehold.server.config.ServerConfig.LogFormat;
import io.leasehold.server.config.ServerConfig.LogLevel;
import io.leasehold.server.config.ServerConfig.LogSettings;
import java.nio.file.InvalidPathException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** The flags of the log: what is written, how, where to, and when its file makes room for a new one. Pure functions. */
final class LogFlags {
    private static final String ROTATION = "log-rotation-config-json";
    private static final String ROTATION_EXPECTED =
            "JSON such as {\"maxsize\": 100, \"maxage\": 0, \"maxbackups\": 0, \"localtime\": false, \"compress\": false}";

    /** Unit of {@code maxsize}. */
    private static final long MEGABYTE = 1 << 20;

    /** What a {@code maxsize} of 0 stands for, and one that is not given. */
    private static final long SIZE_DEFAULT_MEGABYTES = 100;

    /** A pebibyte: far from where the product with a megabyte would overflow. */
    private static final long NUMBER_MAX = 1L << 30;

    private LogFlags() {}

    static LogSettings read(FlagValues values) {
        List<LogOutput> outputs = outputs(values);
        return new LogSettings(
                level(values),
                format(values),
                outputs,
                values.bool("enable-log-rotation") ? rotation(values, outputs) : null);
    }

    private static LogLevel level(FlagValues values) {
        return switch (values.text("log-level")) {
            case "debug" -> LogLevel.DEBUG;
            case "info" -> LogLevel.INFO;
            case "warn" -> LogLevel.WARN;
            case "error", "dpanic", "panic", "fatal" -> LogLevel.ERROR;
            default -> {
                values.problem("log-level", "debug, info, warn, error, panic or fatal", values.text("log-level"));
                yield LogLevel.INFO;
            }
        };
    }

    private static LogFormat format(FlagValues values) {
        return switch (values.text("log-format")) {
            case "json" -> LogFormat.JSON;
            case "console" -> LogFormat.CONSOLE;
            default -> {
                values.problem("log-format", "json or console", values.text("log-format"));
                yield LogFormat.JSON;
            }
        };
    }

    private static List<LogOutput> outputs(FlagValues values) {
        Set<LogOutput> outputs = new LinkedHashSet<>();
        for (String each : values.list("log-outputs")) {
            if (each.equals("systemd/journal")) {
                values.warning("--log-outputs: the journal takes what a service writes to stderr; the log goes there");
                outputs.add(new LogOutput.StandardError());
                continue;
            }
            try {
                outputs.add(LogOutput.parse(each));
            } catch (InvalidPathException notAPath) {
                values.problem("log-outputs", "default, stderr, stdout or paths of files", each);
            }
        }
        if (outputs.isEmpty()) {
            values.problem("log-outputs", "at least one output", values.text("log-outputs"));
        }
        return List.copyOf(outputs);
    }

    /** As in etcd exactly one of the outputs has to be a file. */
    private static @Nullable LogRotation rotation(FlagValues values, List<LogOutput> outputs) {
        long files =
                outputs.stream().filter(LogOutput.LogFile.class::isInstance).count();
        if (files != 1) {
            values.problem(
                    "--enable-log-rotation: --log-outputs requires a single file path when the log is rotated, got "
                            + files + " in \"" + values.text("log-outputs") + "\"");
        }
        String json = values.text(ROTATION);
        try {
            LoaderOptions options = new LoaderOptions();
            options.setAllowDuplicateKeys(false);
            if (new Yaml(new SafeConstructor(options)).load(json) instanceof Map<?, ?> map) {
                long megabytes = number(map, "maxsize");
                return new LogRotation(
                        (megabytes == 0 ? SIZE_DEFAULT_MEGABYTES : megabytes) * MEGABYTE,
                        number(map, "maxage"),
                        number(map, "maxbackups"),
                        flag(map, "localtime"),
                        flag(map, "compress"));
            }
        } catch (YAMLException | IllegalArgumentException malformed) {
            values.problem(ROTATION, ROTATION_EXPECTED, json);
            return null;
        }
        values.problem(ROTATION, ROTATION_EXPECTED, json);
        return null;
    }

    private static long number(Map<?, ?> map, String key) {
        Object value = map.get(key);
        if (value == null) {
            return 0;
        }
        if (value instanceof Integer number && number >= 0 && number <= NUMBER_MAX) {
            return number;
        }
        throw new IllegalArgumentException(key + ": " + value);
    }

    private static boolean flag(Map<?, ?> map, String key) {
        Object value = map.get(key);
        if (value == null || value instanceof Boolean) {
            return Boolean.TRUE.equals(value);
        }
        throw new IllegalArgumentException(key + ": " + value);
    }
}
