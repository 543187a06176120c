package io.leasehold.server.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * The flags as given, before anything is made of them: by a configuration file alone if there is one, else by command line
 * and environment. Gathers problems and warnings instead of stopping at the first. Used by one thread, while parsing.
 */
final class FlagValues {
    private static final String CONFIG_FILE = "config-file";
    private static final String OLDER_PREFIX = "experimental-";

    /** Not for the log. */
    private static final Set<String> SECRET = Set.of("discovery-user", "discovery-password");

    private final Map<String, String> valueByFlag = new HashMap<>();
    /** What stood on the command line. */
    private final Set<String> typed = new HashSet<>();

    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private boolean unknownFlagSeen;
    private boolean malformedFlagSeen;
    private boolean fromFile;

    private FlagValues() {}

    /**
     * Reads the command line (without program and sub-command) and the environment; or, when one of them names a
     * configuration file, that file instead of both, as etcd does. Flags nobody knows are a problem all the same.
     */
    static FlagValues read(List<String> arguments, Map<String, String> environment) {
        FlagValues values = new FlagValues();
        values.readArguments(arguments);
        Flag configFile = known(CONFIG_FILE);
        String file = values.isGiven(CONFIG_FILE)
                ? values.text(CONFIG_FILE)
                : environment.getOrDefault(configFile.variable(), "");
        if (file.isEmpty()) {
            values.readEnvironment(environment);
        } else if (!values.unknownFlagSeen && !values.bool("help") && !values.bool("version")) {
            values = new FlagValues();
            values.fromFile = true;
            ConfigFile.read(file, values);
        }
        values.checkUses();
        values.checkOlderNames();
        return values;
    }

    /** Whether a configuration file said all this. */
    boolean isFromFile() {
        return fromFile;
    }

    boolean isGiven(String flag) {
        return valueByFlag.containsKey(flag);
    }

    /** What was given, by name, as {@link ConfigResult.Parsed#given} has it. */
    Map<String, Object> given() {
        Map<String, Object> given = new TreeMap<>();
        valueByFlag.forEach((name, value) -> {
            if (!SECRET.contains(name)) {
                given.put(
                        name.startsWith(OLDER_PREFIX) ? name.substring(OLDER_PREFIX.length()) : name,
                        typed(name, value));
            }
        });
        // Whatever was given, etcd tells the level that holds.
        given.computeIfPresent(
                FlagTable.V2_DEPRECATION, (name, value) -> known(name).defaultValue());
        return given;
    }

    private static Object typed(String name, String value) {
        return switch (known(name).kind()) {
            case TEXT, DURATION -> value;
            case BOOLEAN -> Boolean.valueOf(value);
            case NUMBER -> {
                OptionalLong number = parseNumber(value);
                yield number.isPresent() ? (Object) number.getAsLong() : value;
            }
        };
    }

    /** The value given, or the default. */
    String text(String flag) {
        String value = valueByFlag.get(flag);
        return value != null ? value : known(flag).defaultValue();
    }

    boolean bool(String flag) {
        return text(flag).equals("true");
    }

    /** The values given, separated by commas, or the default ones; without blanks around them and without empty ones. */
    List<String> list(String flag) {
        List<String> values = new ArrayList<>();
        for (String each : text(flag).split(",", -1)) {
            if (!each.isBlank()) {
                values.add(each.strip());
            }
        }
        return values;
    }

    /** The number given, or the default; a problem, and the lower bound, when it is none or out of range. */
    long number(String flag, long min, long max) {
        String value = text(flag);
        OptionalLong number = parseNumber(value);
        noteMalformed(flag, number.isEmpty());
        if (number.isEmpty() || number.getAsLong() < min || number.getAsLong() > max) {
            problem(flag, "a whole number from " + min + " to " + max, value);
            return min;
        }
        return number.getAsLong();
    }

    /** The duration given, or the default, in milliseconds; a problem, and 0, when it is none or shorter than {@code minMillis}. */
    long durationMillis(String flag, long minMillis) {
        String value = text(flag);
        OptionalLong millis = GoDuration.parseMillis(value);
        noteMalformed(flag, millis.isEmpty());
        if (millis.isEmpty() || millis.getAsLong() < minMillis) {
            problem(flag, "a duration such as 500ms, 10s or 1h30m, at least " + minMillis + "ms", value);
            return 0;
        }
        return millis.getAsLong();
    }

    /** A value that cannot be read at all: on a command line that is a mistake of another kind than one that does not fit. */
    void malformed(String flag, String expected, String seen) {
        noteMalformed(flag, true);
        problem(flag, expected, seen);
    }

    private void noteMalformed(String flag, boolean malformed) {
        malformedFlagSeen |= malformed && typed.contains(flag);
    }

    void problem(String flag, String expected, String seen) {
        problem("--" + flag + ": expected " + expected + ", got \"" + seen + "\"");
    }

    void problem(String sentence) {
        problems.add(sentence);
    }

    void warning(String sentence) {
        warnings.add(sentence);
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    boolean unknownFlagSeen() {
        return unknownFlagSeen;
    }

    /** etcd's exit code for what was found: 2 for what Go's flag package refuses to read, 1 for all else. */
    int exitCode() {
        return unknownFlagSeen || malformedFlagSeen ? 2 : 1;
    }

    private void readArguments(List<String> arguments) {
        int at = 0;
        while (at < arguments.size()) {
            String argument = arguments.get(at++);
            if (!argument.startsWith("-") || argument.equals("-")) {
                problem("expected a flag such as --name, got \"" + argument + "\"");
                continue;
            }
            String body = argument.substring(argument.startsWith("--") ? 2 : 1);
            int equals = body.indexOf('=');
            String name = equals < 0 ? body : body.substring(0, equals);
            Flag flag = name.equals("h") ? known("help") : FlagTable.find(name).orElse(null);
            if (flag == null) {
                unknownFlagSeen = true;
                problem("unknown flag --" + name);
                // Its value, if it stands apart, must not be reported as a second problem.
                if (equals < 0 && at < arguments.size() && !arguments.get(at).startsWith("-")) {
                    at++;
                }
            } else if (equals >= 0) {
                type(flag, body.substring(equals + 1));
            } else if (flag.kind() == Flag.Kind.BOOLEAN) {
                type(flag, "true");
            } else if (at < arguments.size()) {
                type(flag, arguments.get(at++));
            } else {
                malformedFlagSeen = true;
                problem("--" + name + ": expected a value behind it");
            }
        }
    }

    private void type(Flag flag, String value) {
        typed.add(flag.name());
        set(flag, value);
    }

    private void readEnvironment(Map<String, String> environment) {
        Map<String, Flag> flagByVariable = new HashMap<>();
        for (Flag flag : FlagTable.all()) {
            flagByVariable.put(flag.variable(), flag);
        }
        environment.keySet().stream().filter(Flag::isServerVariable).sorted().forEach(variable -> {
            Flag flag = flagByVariable.get(variable);
            String value = environment.getOrDefault(variable, "");
            if (flag == null) {
                warning("unrecognized environment variable " + variable);
            } else if (valueByFlag.containsKey(flag.name())) {
                problem("conflicting environment variable " + variable
                        + " is shadowed by corresponding command-line flag --" + flag.name()
                        + " (either unset the variable or leave the flag out)");
            } else if (!value.isEmpty()) {
                set(flag, value);
            }
        });
    }

    /** Sets a flag, as if it had been typed. */
    void set(Flag flag, String value) {
        switch (flag.kind()) {
            case BOOLEAN -> setBoolean(flag, value);
            case TEXT, NUMBER, DURATION -> valueByFlag.put(flag.name(), value);
        }
    }

    /** Takes the spellings that Go's flag package takes. */
    private void setBoolean(Flag flag, String value) {
        switch (value) {
            case "1", "t", "T", "true", "TRUE", "True" -> valueByFlag.put(flag.name(), "true");
            case "0", "f", "F", "false", "FALSE", "False" -> valueByFlag.put(flag.name(), "false");
            default -> malformed(flag.name(), "true or false", value);
        }
    }

    private void checkUses() {
        for (Flag flag : FlagTable.all()) {
            String value = valueByFlag.get(flag.name());
            if (value == null || value.equals(flag.defaultValue())) {
                continue;
            }
            switch (flag.use()) {
                case READ -> {}
                case REFUSED ->
                    problem("--" + flag.name() + " is not supported yet, and starting without it would not be what was"
                            + " asked for; leave it out");
                case IGNORED -> checkIgnored(flag, value);
            }
        }
    }

    /** A flag and the name it had before etcd 3.6 must not both be given. */
    private void checkOlderNames() {
        for (String older : valueByFlag.keySet().stream().sorted().toList()) {
            String successor = older.startsWith(OLDER_PREFIX) ? older.substring(OLDER_PREFIX.length()) : "";
            if (!successor.isEmpty() && valueByFlag.containsKey(successor)) {
                problem("--" + successor + " and --" + older + " are two names of one flag: give one of them");
            }
        }
    }

    private void checkIgnored(Flag flag, String value) {
        if (flag.name().equals(FlagTable.V2_DEPRECATION) && !FlagTable.V2_LEVELS.contains(value)) {
            // As Go's flag package has it.
            String invalid = "invalid value \"" + value + "\"";
            problem(invalid + " for flag -" + flag.name() + ": " + invalid);
        } else if (flag.kind() == Flag.Kind.NUMBER && !value.matches("-?\\d+(\\.\\d+)?")) {
            malformed(flag.name(), "a number", value);
        } else if (flag.kind() == Flag.Kind.DURATION
                && GoDuration.parseMillis(value).isEmpty()) {
            malformed(flag.name(), "a duration such as 500ms, 10s or 1h30m", value);
        } else {
            warning("--" + flag.name() + " has no effect in this version of Leasehold"
                    + (flag.help().isEmpty() ? "" : ": " + flag.help()));
        }
    }

    private static OptionalLong parseNumber(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException notANumber) {
            return OptionalLong.empty();
        }
    }

    private static Flag known(String name) {
        return FlagTable.find(name).orElseThrow(() -> new IllegalStateException("not in the table: --" + name));
    }
}
