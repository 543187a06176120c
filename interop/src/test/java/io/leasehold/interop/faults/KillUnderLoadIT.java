package io.leasehold.interop.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.interop.Await;
import io.leasehold.interop.ServerProcess;
import io.leasehold.interop.ServerTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@Order(1)
final class KillUnderLoadIT {
    private static final int CLIENTS = 8;
    private static final int LOAD_MILLIS_MIN = 100;
    private static final int LOAD_MILLIS_MAX = 1_200;

    @Test
    void everything_acknowledged_is_there_after_kill_9() throws Exception {
        int rounds = Integer.getInteger("interop.killRounds", 10);
        long seed = Long.getLong("interop.seed", System.nanoTime());
        System.out.println("kill -9 under load: rounds=" + rounds + " seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        List<AcknowledgedWrites> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new AcknowledgedWrites("c" + i + "/", random.split()));
        }

        try (ServerProcess server = ServerProcess.start(ServerTarget.configured());
                ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            for (int round = 1; round <= rounds; round++) {
                killUnderLoad(server, clients, threads, random.nextInt(LOAD_MILLIS_MIN, LOAD_MILLIS_MAX));

                server.restart();

                System.out.println("round=" + round + " acknowledged="
                        + clients.stream()
                                .mapToLong(AcknowledgedWrites::acknowledged)
                                .sum()
                        + " restart=" + server.startTime().toMillis() + "ms");
                try (Connection connection = new Connection(server.endpoint())) {
                    clients.forEach(client -> client.check(connection));
                }
            }
            assertThat(server.stop()).as("exit code after SIGTERM").isIn(0, 143);
        }
        assertThat(clients)
                .allSatisfy(client -> assertThat(client.acknowledged()).isPositive());
    }

    private static void killUnderLoad(
            ServerProcess server, List<AcknowledgedWrites> clients, ExecutorService threads, int loadMillis)
            throws Exception {
        List<Future<?>> writers = new ArrayList<>();
        for (AcknowledgedWrites client : clients) {
            writers.add(threads.submit(() -> {
                try (Connection connection = new Connection(server.endpoint())) {
                    client.writeUntilGone(connection);
                }
            }));
        }
        Await.pause(Duration.ofMillis(loadMillis));
        server.kill();
        for (Future<?> writer : writers) {
            writer.get();
        }
    }
}
