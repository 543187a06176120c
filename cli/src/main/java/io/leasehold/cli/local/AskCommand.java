package io.leasehold.cli.local;

import io.leasehold.cli.local.LocalMain.Surroundings;
import io.leasehold.protocol.ReadsClock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What one process asks of the one that keeps a cluster. One thread. */
final class AskCommand {
    /** From the answer to "down" until its process has gone and given the directory back. */
    private static final int GONE_TRIES = 500;

    private static final long GONE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Surroundings surroundings;

    AskCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Asks and tells what came of it; returns the exit code. */
    int run(Path path, Verb verb, String name) throws IOException {
        try (ClusterDirectory directory = new ClusterDirectory(path)) {
            Optional<Path> control = directory.control();
            if (!directory.isKept() || control.isEmpty()) {
                return notUp(directory, verb);
            }
            Answer answer = ControlSocket.ask(control.get(), new Order(verb, name, surroundings.isColoured()));
            if (verb == Verb.DOWN && answer.done()) {
                awaitGone(directory);
            }
            if (answer.done()) {
                answer.lines().forEach(surroundings.out()::println);
                return 0;
            }
            throw new ClusterRefusal(String.join("\n", answer.lines()));
        }
    }

    private int notUp(ClusterDirectory directory, Verb verb) throws IOException {
        boolean founded = directory.load().isPresent();
        if (verb == Verb.DOWN && founded) {
            List<String> ended = Leftovers.end(directory);
            surroundings
                    .out()
                    .println(
                            ended.isEmpty()
                                    ? "nothing runs in " + directory.path()
                                    : "ended " + String.join(", ", ended)
                                            + ", which an \"up\" that was killed had left");
            return 0;
        }
        throw new ClusterRefusal(
                founded
                        ? "the cluster in " + directory.path() + " is not up; \"leasehold cluster up\" starts it again"
                        : "there is no cluster in " + directory.path() + "; \"leasehold cluster up\" starts one,"
                                + " --data-dir says where another one lies");
    }

    /** So that what is typed next finds the directory free. */
    @ReadsClock("the other process ends in its own time")
    private static void awaitGone(ClusterDirectory directory) throws IOException {
        for (int i = 0; i < GONE_TRIES && directory.isKept(); i++) {
            LockSupport.parkNanos(GONE_PAUSE_NANOS);
        }
    }
}
