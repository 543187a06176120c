package io.leasehold.server.config;

import java.util.List;

/** What came of reading the command line and the environment. */
public sealed interface ConfigResult {
    /** All is well; the warnings are for the log. */
    record Parsed(ServerConfig config, List<String> warnings) implements ConfigResult {
        /** Copies the list. */
        public Parsed {
            warnings = List.copyOf(warnings);
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
