package io.leasehold.cli.flags;

import java.util.List;
import java.util.function.Function;

/**
 * A flag of a command and, once the command line is read, its value. One thread.
 *
 * @param <T> what its value is
 */
public final class Flag<T> {
    /** A switch that is given without a value is on. */
    private static final String ON = "true";

    private final String name;
    private final Form<T> form;
    private String shortName = "";
    private List<String> choices = List.of();
    private T value;
    private String text;
    private boolean several;
    private boolean given;

    /**
     * How a flag is written and read.
     *
     * @param label of its value in help; empty for a switch, which takes none
     * @param fallback its value when it is not given, as it would be typed
     */
    record Form<T>(String label, String fallback, String description, Function<String, T> reader) {}

    Flag(String name, Form<T> form) {
        this.name = name;
        this.form = form;
        this.text = form.fallback();
        this.value = form.reader().apply(text);
    }

    /** Lets it be written with one letter as well. */
    public Flag<T> orShort(String letter) {
        shortName = letter;
        return this;
    }

    /** Says what values there are, for shells that complete them; others are still read, and refused by the command. */
    public Flag<T> choices(String... values) {
        choices = List.of(values);
        return this;
    }

    /** Lets it be given several times: the values come together, with commas between them. Otherwise the last one wins. */
    public Flag<T> orSeveral() {
        several = true;
        return this;
    }

    /** What was given, or the fallback. */
    public T value() {
        return value;
    }

    /** Its value as it was typed. */
    public String text() {
        return text;
    }

    /** Whether it was given, on the command line or by the environment. */
    public boolean isGiven() {
        return given;
    }

    /** Its name, without dashes. */
    public String name() {
        return name;
    }

    /** Its letter, without a dash; empty for none. */
    public String shortName() {
        return shortName;
    }

    /** What it takes, for help; empty for a switch. */
    public String label() {
        return form.label();
    }

    /** Its value when it is not given, as it would be typed. */
    public String fallback() {
        return form.fallback();
    }

    /** What it does, in a few words. */
    public String description() {
        return form.description();
    }

    /** The values it can have, if they are few. */
    public List<String> choices() {
        return choices;
    }

    /** Whether it is on or off and takes no word of its own. */
    public boolean isSwitch() {
        return form.label().isEmpty();
    }

    /**
     * Takes a value as it was typed.
     *
     * @throws FlagException if it is none
     */
    void set(String typed) {
        String whole = several && given ? text + "," + typed : typed;
        try {
            value = form.reader().apply(whole);
            text = whole;
            given = true;
        } catch (IllegalArgumentException e) {
            throw new FlagException(
                    "invalid argument \"" + typed + "\" for \"--" + name + "\" flag: " + e.getMessage(), name);
        }
    }

    void setOn() {
        set(ON);
    }
}
