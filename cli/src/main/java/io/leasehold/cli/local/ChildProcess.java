package io.leasehold.cli.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A member's process as it is noted, so that it can be found after its parent was killed.
 *
 * @param startedMillis when it began as the system tells it; another process may have the number by now
 */
record ChildProcess(String member, long pid, long startedMillis) {
    /** The system counts from its own start, whose time moves by a second when the clock is set. */
    private static final long TOLERANCE_MILLIS = 2_000;

    /** How a process is noted; empty if it has ended already. */
    static Optional<ChildProcess> of(String member, ProcessHandle process) {
        return process.info()
                .startInstant()
                .map(start -> new ChildProcess(member, process.pid(), start.toEpochMilli()));
    }

    /** The process, if it still runs. */
    Optional<ProcessHandle> find() {
        return ProcessHandle.of(pid).filter(process -> process.info()
                .startInstant()
                .filter(start -> Math.abs(start.toEpochMilli() - startedMillis) <= TOLERANCE_MILLIS)
                .isPresent());
    }

    static String toText(List<ChildProcess> processes) {
        StringBuilder text = new StringBuilder();
        for (ChildProcess process : processes) {
            text.append(process.member()).append(' ').append(process.pid()).append(' ');
            text.append(process.startedMillis()).append('\n');
        }
        return text.toString();
    }

    /** Reads what {@link #toText} wrote; lines that are something else are left out. */
    static List<ChildProcess> parseAll(String text) {
        List<ChildProcess> all = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String[] words = line.split(" ", -1);
            if (words.length == 3 && words[1].matches("\\d{1,18}") && words[2].matches("\\d{1,18}")) {
                all.add(new ChildProcess(words[0], Long.parseLong(words[1]), Long.parseLong(words[2])));
            }
        }
        return all;
    }
}
