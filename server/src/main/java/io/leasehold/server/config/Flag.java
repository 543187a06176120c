package io.leasehold.server.config;

import java.util.Locale;

/**
 * One flag of the server's command line.
 *
 * @param name without dashes
 * @param kind the form of its value
 * @param defaultValue what holds when it is not given, as it would be typed; empty when there is none
 * @param use what the server does with it
 * @param help one line for {@code --help}, with unit and range; of one without effect what to say when it is given, or
 *     nothing
 */
record Flag(String name, Kind kind, String defaultValue, Use use, String help) {
    /** The form of a value. Only a boolean may stand without one. */
    enum Kind {
        TEXT,
        BOOLEAN,
        NUMBER,
        DURATION
    }

    /** What the server does with a flag that is given another value than its default. */
    enum Use {
        /** It has its effect. */
        READ,
        /** It has no meaning here and leaving it out harms nobody: a warning. */
        IGNORED,
        /** Doing without it would change safety or security: the server does not start. */
        REFUSED
    }

    private static final String ENVIRONMENT_PREFIX = "ETCD_";

    /** The environment variable that stands for this flag. */
    String variable() {
        return ENVIRONMENT_PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** Whether a variable is meant for the server at all. */
    static boolean isServerVariable(String variable) {
        return variable.startsWith(ENVIRONMENT_PREFIX);
    }
}
