package io.leasehold.cli.local;

import java.util.Arrays;
import java.util.List;

/**
 * What came of an order.
 *
 * @param done whether it was done
 * @param lines to tell the person who gave it
 */
record Answer(boolean done, List<String> lines) {
    private static final String DONE = "done";
    private static final String FAILED = "failed";

    Answer {
        lines = List.copyOf(lines);
    }

    static Answer done(String line) {
        return new Answer(true, List.of(line));
    }

    static Answer failed(String line) {
        return new Answer(false, List.of(line));
    }

    String toText() {
        return (done ? DONE : FAILED) + "\n" + String.join("\n", lines);
    }

    /** A text that ends early, because whoever wrote it died, is a failure. */
    static Answer parse(String text) {
        List<String> all = Arrays.asList(text.split("\n", -1));
        if (text.isEmpty()) {
            return failed("the process that keeps the cluster ended before it answered");
        }
        return new Answer(all.get(0).equals(DONE), all.subList(1, all.size()));
    }
}
