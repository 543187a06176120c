package io.leasehold.faults;

import java.util.List;
import java.util.Optional;

/**
 * What to run.
 *
 * @param members that found the cluster, 1 to 7
 * @param seed decides which troubles come, in which order, and what clients ask for; not who is faster
 * @param minutes how long new rounds begin
 * @param roundSeconds how long trouble is made in a round
 * @param keep whether directories stay when all was well
 * @param only names of troubles; empty for all
 */
record FaultOptions(int members, long seed, double minutes, int roundSeconds, boolean keep, List<Trouble> only) {
    static final String USAGE =
            """
            faults/run [--members 3] [--seed N] [--minutes M] [--round-seconds 30] [--only KILL_LEADER,SPLIT] [--keep]
            Runs rounds of trouble against a cluster of processes until the time is over or a promise is broken. --minutes 0
            is one round. Troubles:
            """
                    + List.of(Trouble.values());

    private static final int MEMBERS_MAX = 7;

    FaultOptions {
        only = List.copyOf(only);
        if (members < 1 || members > MEMBERS_MAX) {
            throw new IllegalArgumentException("--members: expected 1 to " + MEMBERS_MAX + ", got " + members);
        }
    }

    /** Throws IllegalArgumentException that says which argument is wrong. */
    static FaultOptions parse(List<String> arguments, long seedOtherwise) {
        List<String> known = List.of("--members", "--seed", "--minutes", "--round-seconds", "--only", "--keep");
        for (String argument : arguments) {
            if (argument.startsWith("--") && !known.contains(argument)) {
                throw new IllegalArgumentException("unknown argument " + argument);
            }
        }
        return new FaultOptions(
                value(arguments, "--members").map(Integer::parseInt).orElse(3),
                value(arguments, "--seed").map(Long::parseLong).orElse(seedOtherwise),
                value(arguments, "--minutes").map(Double::parseDouble).orElse(5.0),
                value(arguments, "--round-seconds").map(Integer::parseInt).orElse(30),
                arguments.contains("--keep"),
                value(arguments, "--only").map(FaultOptions::troubles).orElse(List.of()));
    }

    private static List<Trouble> troubles(String names) {
        return List.of(names.split(",", -1)).stream().map(Trouble::valueOf).toList();
    }

    private static Optional<String> value(List<String> arguments, String option) {
        int at = arguments.indexOf(option);
        if (at >= 0 && at + 1 == arguments.size()) {
            throw new IllegalArgumentException(option + " wants a value");
        }
        return at < 0 ? Optional.empty() : Optional.of(arguments.get(at + 1));
    }
}
