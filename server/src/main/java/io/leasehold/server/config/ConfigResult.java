package io.leasehold.server.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What came of reading the command line and the environment. */
public sealed interface ConfigResult {
    /**
     * All is well.
     *
     * @param warnings for the log
     * @param given for the log, too: the flags that were given, by name without dashes and without etcd's former
     *     {@code experimental-}; numbers and booleans as such, all else as text
     */
    record Parsed(ServerConfig config, List<String> warnings, Map<String, Object> given) implements ConfigResult {
        /** Copies the collections, in their order. */
        public Parsed {
            warnings = List.copyOf(warnings);
            given = Collections.unmodifiableMap(new LinkedHashMap<>(given));
        }
    }

    /** The person asked for {@code --help}. */
    record HelpAsked() implements ConfigResult {}

    /** The person asked for {@code --version}. */
    record VersionAsked() implements ConfigResult {}

    /**
     * The server does not start.
     *
     * @param problems everything that is wrong, one sentence each, never empty
     * @param exitCode 2 when a flag is unknown or its value cannot be read, else 1; as etcd
     */
    record Rejected(List<String> problems, int exitCode) implements ConfigResult {
        /** Copies the list. */
        public Rejected {
            problems = List.copyOf(problems);
        }
    }
}
