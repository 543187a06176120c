package io.leasehold.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * A configuration file in YAML, or JSON, which is YAML too: a map of flags without their dashes, as etcd reads it. Each
 * entry is set as its flag would be; what no flag is called gets a warning.
 */
final class ConfigFile {
    /** A file with every flag in it has some ten thousand characters. */
    private static final int CHARACTERS_MAX = 1 << 20;

    /** Sections whose keys are flags, and what those flags' names begin with. */
    private static final Map<String, String> SECTIONS =
            Map.of("client-transport-security", "", "peer-transport-security", "peer-", "socket-options", "socket-");

    /** Keys of the sections that are not their flag's name without the beginning. */
    private static final Map<String, String> RENAMED = Map.of(
            "allowed-cn", "client-cert-allowed-cn",
            "allowed-hostname", "client-cert-allowed-hostname",
            "crl-file", "client-crl-file",
            "peer-allowed-cn", "peer-cert-allowed-cn",
            "peer-allowed-hostname", "peer-cert-allowed-hostname",
            "skip-client-san-verification", "peer-skip-client-san-verification");

    private final FlagValues values;

    private ConfigFile(FlagValues values) {
        this.values = values;
    }

    /** Sets what the file says; that it cannot be read, or is no map, is a problem. */
    static void read(String file, FlagValues values) {
        try {
            Path path = Path.of(file);
            if (Files.size(path) > CHARACTERS_MAX) {
                values.problem("--config-file: " + file + " is longer than " + CHARACTERS_MAX + " bytes");
                return;
            }
            new ConfigFile(values).readAll(parse(Files.readString(path)), file);
        } catch (IOException | InvalidPathException unreadable) {
            values.problem("--config-file: cannot read " + file + " (" + unreadable + ")");
        } catch (YAMLException malformed) {
            values.problem("--config-file: " + file + " is no YAML: "
                    + String.valueOf(malformed.getMessage()).replace('\n', ' '));
        }
    }

    private static @Nullable Object parse(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setCodePointLimit(CHARACTERS_MAX);
        return new Yaml(new SafeConstructor(options)).load(text);
    }

    private void readAll(@Nullable Object document, String file) {
        if (document instanceof Map<?, ?> map) {
            map.forEach((key, value) -> entry(String.valueOf(key), value));
        } else if (document != null) {
            values.problem("--config-file: expected a map of flags in " + file + ", got " + document);
        }
    }

    private void entry(String key, @Nullable Object value) {
        String section = SECTIONS.get(key);
        if (section == null) {
            flag(key, value);
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((inner, innerValue) -> inSection(section, String.valueOf(inner), innerValue));
        } else if (value != null) {
            values.problem("--config-file: expected a map below " + key + ", got " + value);
        }
    }

    private void inSection(String beginning, String key, @Nullable Object value) {
        flag(RENAMED.getOrDefault(beginning + key, beginning + key), value);
    }

    private void flag(String name, @Nullable Object value) {
        Optional<Flag> flag = FlagTable.find(name);
        if (flag.isEmpty()) {
            values.warning("unrecognized key " + name + " in the configuration file");
        } else if (value != null) {
            text(flag.get(), value).ifPresent(text -> values.set(flag.get(), text));
        }
    }

    private Optional<String> text(Flag flag, Object value) {
        if (value instanceof List<?> list) {
            return Optional.of(joined(list));
        }
        if (value instanceof Map<?, ?>) {
            values.problem(flag.name(), "one value", value.toString());
            return Optional.empty();
        }
        if (flag.kind() == Flag.Kind.DURATION && value instanceof Number) {
            // Go reads a number as nanoseconds.
            return Optional.of(value + "ns");
        }
        return Optional.of(value.toString());
    }

    private static String joined(List<?> list) {
        StringJoiner joined = new StringJoiner(",");
        list.forEach(each -> joined.add(String.valueOf(each)));
        return joined.toString();
    }
}
