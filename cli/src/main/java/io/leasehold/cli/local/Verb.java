package io.leasehold.cli.local;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What can be asked of a local cluster, in the order in which help lists it. */
enum Verb {
    UP(
            "",
            "start members and show them until Ctrl-C or \"down\"",
            "up --members 5 -- --quota-backend-bytes=1073741824"),
    STATUS("", "tell how each member is", "status"),
    RESTART("NAME", "stop a member and start it again", "restart infra2"),
    STOP("NAME", "stop a member (SIGTERM)", "stop infra2"),
    KILL("NAME", "kill a member (SIGKILL)", "kill infra1"),
    START("NAME", "start a member that was stopped or killed", "start infra1"),
    ADD("", "add a member to the cluster and start it", "add"),
    REMOVE("NAME", "remove a member from the cluster for good", "remove infra4"),
    DOWN("", "end all members; their data stays", "down");

    private final String argument;
    private final String description;
    private final String example;

    Verb(String argument, String description, String example) {
        this.argument = argument;
        this.description = description;
        this.example = example;
    }

    /** As it is typed. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What follows it; empty for nothing. */
    String argument() {
        return argument;
    }

    /** What follows it, and what may stand behind its flags. */
    String usage() {
        return this == UP ? "[-- flags for every server]" : argument;
    }

    /** What somebody would type. */
    String example() {
        return example;
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
