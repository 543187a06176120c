package io.leasehold.cli;

import java.util.List;

/**
 * How help describes a command.
 *
 * @param description in a few words
 * @param usage its arguments; empty for none
 * @param examples what somebody would type behind the program's name
 */
public record Help(String description, String usage, List<String> examples) {
    public Help {
        examples = List.copyOf(examples);
    }

    /** A description with examples. */
    public static Help of(String description, String usage, String... examples) {
        return new Help(description, usage, List.of(examples));
    }
}
