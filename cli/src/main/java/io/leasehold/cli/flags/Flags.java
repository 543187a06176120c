package io.leasehold.cli.flags;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The flags of a command: first they are declared, then a command line is read. A flag is written {@code --name=value},
 * {@code --name value} or with its letter {@code -n value}; a switch {@code --name} or {@code --name=false}. They may stand
 * between the arguments; behind {@code --} everything is an argument. The last of two wins. One thread.
 */
public final class Flags {
    /** There was no {@code --}. */
    public static final int NO_SEPARATOR = -1;

    private final Map<String, Flag<?>> flagByName = new LinkedHashMap<>();
    private int separator = NO_SEPARATOR;

    /** Declares a switch that is off. */
    public Flag<Boolean> toggle(String name, String description) {
        return toggle(name, false, description);
    }

    /** Declares a switch. */
    public Flag<Boolean> toggle(String name, boolean fallback, String description) {
        return add(name, new Flag.Form<>("", Boolean.toString(fallback), description, Flags::truth));
    }

    /** Declares a flag that takes text; empty unless it is given. */
    public Flag<String> text(String name, String label, String description) {
        return text(name, label, "", description);
    }

    /** Declares a flag that takes text. */
    public Flag<String> text(String name, String label, String fallback, String description) {
        return add(name, new Flag.Form<>(label, fallback, description, Function.identity()));
    }

    /** Declares a flag that takes a whole number. */
    public Flag<Long> number(String name, String label, long fallback, String description) {
        return add(name, new Flag.Form<>(label, Long.toString(fallback), description, Flags::wholeNumber));
    }

    /** Declares a flag that takes a duration as Go writes it; {@code fallback} likewise. */
    public Flag<Duration> duration(String name, String fallback, String description) {
        return add(name, new Flag.Form<>("duration", fallback, description, Durations::parse));
    }

    private <T> Flag<T> add(String name, Flag.Form<T> form) {
        Flag<T> flag = new Flag<>(name, form);
        if (flagByName.put(name, flag) != null) {
            throw new IllegalStateException("flag --" + name + " is declared twice");
        }
        return flag;
    }

    /** All flags, as they were declared. */
    public Collection<Flag<?>> all() {
        return flagByName.values();
    }

    /** A flag by its name without dashes; null if there is none. */
    public @Nullable Flag<?> find(String name) {
        return flagByName.get(name);
    }

    /** A flag as it is typed, with its dashes and without a value; null if there is none. */
    public @Nullable Flag<?> findTyped(String word) {
        return word.startsWith("--") ? flagByName.get(word.substring(2)) : ofLetter(word.substring(1));
    }

    /** The same flags, but only some of them. */
    public Flags only(Collection<Flag<?>> some) {
        Flags flags = new Flags();
        some.forEach(flag -> flags.flagByName.put(flag.name(), flag));
        return flags;
    }

    /** Gives a flag a value from somewhere else than the command line. */
    public void set(Flag<?> flag, String value) {
        flag.set(value);
    }

    /** How many arguments stood before {@code --}, or {@link #NO_SEPARATOR}. */
    public int separator() {
        return separator;
    }

    /**
     * Reads a command line; returns its arguments.
     *
     * @throws FlagException if there is something wrong with a flag
     */
    public List<String> parse(List<String> words) {
        List<String> arguments = new ArrayList<>();
        int at = 0;
        while (at < words.size()) {
            String word = words.get(at);
            if (word.equals("--")) {
                separator = arguments.size();
                arguments.addAll(words.subList(at + 1, words.size()));
                break;
            }
            if (!isFlag(word)) {
                arguments.add(word);
                at++;
            } else {
                at += word.startsWith("--") ? readLong(words, at) : readLetters(words, at);
            }
        }
        return arguments;
    }

    /** How many words the flag at a place takes; 0 if what stands there is none. Unknown ones are taken to be switches. */
    public int length(List<String> words, int at) {
        String word = words.get(at);
        if (!isFlag(word) || word.equals("--")) {
            return 0;
        }
        Flag<?> flag = findTyped(word);
        return flag != null && !flag.isSwitch() && at + 1 < words.size() ? 2 : 1;
    }

    private static boolean isFlag(String word) {
        return word.length() > 1 && word.startsWith("-");
    }

    /** Reads a flag with its name; returns how many words it took. */
    private int readLong(List<String> words, int at) {
        String word = words.get(at).substring(2);
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        Flag<?> flag = flagByName.get(name);
        if (flag == null) {
            throw new FlagException("unknown flag: --" + name, name);
        }
        if (equals >= 0) {
            flag.set(word.substring(equals + 1));
            return 1;
        }
        if (flag.isSwitch()) {
            flag.setOn();
            return 1;
        }
        if (at + 1 == words.size()) {
            throw new FlagException("flag needs an argument: --" + name, name);
        }
        flag.set(words.get(at + 1));
        return 2;
    }

    /** Reads one or more letters, the last of which may have its value with it; returns how many words they took. */
    private int readLetters(List<String> words, int at) {
        String letters = words.get(at).substring(1);
        for (int i = 0; i < letters.length(); i++) {
            String letter = letters.substring(i, i + 1);
            Flag<?> flag = ofLetter(letter);
            if (flag == null) {
                throw new FlagException("unknown shorthand flag: '" + letter + "' in -" + letters, letter);
            }
            String rest = letters.substring(i + 1);
            if (rest.startsWith("=")) {
                flag.set(rest.substring(1));
                return 1;
            }
            if (flag.isSwitch()) {
                flag.setOn();
            } else if (!rest.isEmpty()) {
                flag.set(rest);
                return 1;
            } else if (at + 1 == words.size()) {
                throw new FlagException("flag needs an argument: '" + letter + "' in -" + letters, letter);
            } else {
                flag.set(words.get(at + 1));
                return 2;
            }
        }
        return 1;
    }

    private @Nullable Flag<?> ofLetter(String letter) {
        for (Flag<?> flag : flagByName.values()) {
            if (flag.shortName().equals(letter)) {
                return flag;
            }
        }
        return null;
    }

    private static Boolean truth(String text) {
        return switch (text) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default ->
                throw new IllegalArgumentException("strconv.ParseBool: parsing \"" + text + "\": invalid syntax");
        };
    }

    private static Long wholeNumber(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("strconv.ParseInt: parsing \"" + text + "\": invalid syntax", e);
        }
    }
}
