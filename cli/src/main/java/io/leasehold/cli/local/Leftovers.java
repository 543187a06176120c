package io.leasehold.cli.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What is left of a cluster whose keeper was killed: members that run on, and a socket. */
final class Leftovers {
    private static final long STOP_SECONDS = 20;

    private Leftovers() {}

    /** Ends and deletes it; returns the names of the members that ran. Only while nobody keeps the cluster. */
    static List<String> end(ClusterDirectory directory) throws IOException {
        List<ProcessHandle> running = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (ChildProcess noted : directory.processes()) {
            Optional<ProcessHandle> process = noted.find();
            if (process.isPresent()) {
                running.add(process.get());
                names.add(noted.member());
                process.get().destroy();
            }
        }
        running.forEach(Leftovers::awaitEnd);
        Optional<Path> socket = directory.control();
        if (socket.isPresent()) {
            ControlSocket.delete(socket.get());
        }
        directory.forgetRunning();
        return names;
    }

    private static void awaitEnd(ProcessHandle process) {
        try {
            process.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException stubborn) {
            process.destroyForcibly();
            process.onExit().join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
