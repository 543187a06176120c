package io.leasehold.interop.client;

import io.leasehold.interop.Await;
import io.leasehold.interop.ServerProcess;
import io.leasehold.interop.ServerTarget;
import java.time.Duration;
import java.util.List;

/**
 * The soak as a program: {@code LeaseSoakProgram <leases> <minutes>}. The server is killed and stopped in turns, with half a
 * minute of peace in between. Ends with 1 when anything is wrong.
 */
final class LeaseSoakProgram {
    private static final Duration PEACE = Duration.ofSeconds(30);

    private LeaseSoakProgram() {}

    /** Runs it. */
    public static void main(String[] args) {
        int leases = Integer.parseInt(args[0]);
        long end =
                System.nanoTime() + Duration.ofMinutes(Long.parseLong(args[1])).toNanos();
        int wrong = 0;
        try (ServerProcess server = ServerProcess.start(ServerTarget.configured());
                LeaseSoak soak = new LeaseSoak(server, leases)) {
            System.out.println("kept: " + soak.figures());
            for (int round = 1; System.nanoTime() - end < 0; round++) {
                boolean kill = round % 2 == 1;
                List<String> found = soak.outage(kill, leases / 50);
                found.stream().limit(10).forEach(System.out::println);
                wrong += found.size();
                System.out.printf(
                        "round %d, %s, wrong %d: %s%n",
                        round, kill ? "SIGKILL" : "SIGTERM", found.size(), soak.figures());
                Await.pause(PEACE);
            }
        }
        System.exit(wrong == 0 ? 0 : 1);
    }
}
