package io.leasehold.cli.local;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What can be asked of a local cluster, in the order in which help lists it. */
enum Verb {
    UP("", "start members and show them until Ctrl-C or \"down\""),
    STATUS("", "tell how each member is"),
    RESTART("NAME", "stop a member and start it again"),
    STOP("NAME", "stop a member (SIGTERM)"),
    KILL("NAME", "kill a member (SIGKILL)"),
    START("NAME", "start a member that was stopped or killed"),
    ADD("", "add a member to the cluster and start it"),
    REMOVE("NAME", "remove a member from the cluster for good"),
    DOWN("", "end all members; their data stays");

    private final String argument;
    private final String description;

    Verb(String argument, String description) {
        this.argument = argument;
        this.description = description;
    }

    /** As it is typed. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What follows it; empty for nothing. */
    String argument() {
        return argument;
    }

    boolean takesName() {
        return !argument.isEmpty();
    }

    String description() {
        return description;
    }

    static Optional<Verb> of(String word) {
        return Arrays.stream(values()).filter(verb -> verb.word().equals(word)).findFirst();
    }

    static List<String> words() {
        return Arrays.stream(values()).map(Verb::word).toList();
    }
}
