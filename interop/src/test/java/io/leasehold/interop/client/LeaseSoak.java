package io.leasehold.interop.client;

import static io.leasehold.client.call.Blocking.await;

import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.lease.LeaseListener;
import io.leasehold.client.lease.LossReason;
import io.leasehold.interop.Await;
import io.leasehold.interop.ServerProcess;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps many leases with one client through restarts of their server, and counts what is told of losses. In each outage some
 * further leases are kept that have less time than it lasts.
 */
final class LeaseSoak implements AutoCloseable {
    /** So much that no restart takes it, also on a machine that does much else. */
    private static final Duration LONG = Duration.ofMinutes(2);

    /** So little that an outage can be made to last longer. */
    private static final Duration SHORT = Duration.ofSeconds(4);

    private static final Duration PATIENCE = Duration.ofSeconds(100);

    /** Grants on their way at a time. */
    private static final int GRANTS_AT_A_TIME = 256;

    private final ServerProcess server;
    private final LeaseholdClient client;
    private final Losses losses = new Losses();
    private final List<KeepAlive> kept;

    /** Begins to keep so many. */
    LeaseSoak(ServerProcess server, int leases) {
        this.server = server;
        this.client = LeaseholdClient.builder()
                .endpoints(server.endpoint())
                .callTimeout(PATIENCE)
                .build();
        this.kept = keep(leases, LONG);
    }

    private List<KeepAlive> keep(int count, Duration ttl) {
        List<KeepAlive> made = new ArrayList<>(count);
        while (made.size() < count) {
            List<CompletableFuture<LeaseGrant>> granting = new ArrayList<>();
            for (int i = 0; i < Math.min(GRANTS_AT_A_TIME, count - made.size()); i++) {
                granting.add(client.leases().grant(ttl));
            }
            granting.forEach(grant -> made.add(client.leases().keepAlive(await(grant), losses)));
        }
        return made;
    }

    /**
     * An outage that is longer than what some leases have and shorter than what the others have. Returns when renewals are
     * answered again.
     *
     * @param kill with SIGKILL, else with SIGTERM
     * @param doomed leases that do not outlive it
     * @return what is wrong afterwards: empty
     */
    List<String> outage(boolean kill, int doomed) {
        List<KeepAlive> tooShort = keep(doomed, SHORT);
        Duration left =
                kept.stream().map(KeepAlive::validFor).min(Duration::compareTo).orElse(LONG);
        long began = client.nanoTime();
        if (kill) {
            server.kill();
        } else {
            server.stop();
        }
        Await.until("the short ones are lost", PATIENCE, () -> tooShort.stream()
                .allMatch(lease -> lease.lost().isDone()));
        server.restart();
        Await.until("others are renewed", PATIENCE, () -> kept.stream()
                .anyMatch(lease -> lease.validFor().compareTo(LONG.minusNanos(client.nanoTime() - began)) > 0));
        Duration outage = Duration.ofNanos(client.nanoTime() - began);
        return wrong(tooShort, outage.compareTo(left) < 0);
    }

    private List<String> wrong(List<KeepAlive> tooShort, boolean othersHadTime) {
        List<String> wrong = new ArrayList<>();
        for (KeepAlive lease : tooShort) {
            if (lease.lost().join() != LossReason.LOCAL_DEADLINE || losses.of(lease.leaseId()) != 1) {
                wrong.add("short lease: told " + losses.of(lease.leaseId()) + " times, "
                        + lease.lost().join());
            }
        }
        Set<Long> there = new HashSet<>(await(client.leases().list()));
        for (KeepAlive lease : kept) {
            boolean lost = lease.lost().isDone();
            if (losses.of(lease.leaseId()) != (lost ? 1 : 0) || (lost && othersHadTime)) {
                wrong.add("lost though it had time: told " + losses.of(lease.leaseId()) + " times");
            } else if (!lost && !there.contains(lease.leaseId())) {
                wrong.add("kept here and unknown to the server: " + lease.leaseId());
            }
        }
        kept.removeIf(lease -> lease.lost().isDone());
        return wrong;
    }

    int kept() {
        return kept.size();
    }

    /** Threads of this client: its own, its transport's and those of callbacks. */
    static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("leasehold-")
                        || thread.getName().startsWith("grpc-"))
                .count();
    }

    /** A line for people. */
    String figures() {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return "leases %d, losses told %d, threads of the client %d, heap %.1f MB, %s"
                .formatted(
                        kept.size(),
                        losses.told(),
                        threads(),
                        heap / 1e6,
                        client.leases().counts());
    }

    @Override
    public void close() {
        client.close();
    }

    /** Counts what is told, by lease. */
    private static final class Losses implements LeaseListener {
        private final Map<Long, AtomicInteger> byLease = new ConcurrentHashMap<>();

        @Override
        public void onLost(long leaseId, LossReason reason) {
            byLease.computeIfAbsent(leaseId, first -> new AtomicInteger()).incrementAndGet();
        }

        int of(long leaseId) {
            AtomicInteger told = byLease.get(leaseId);
            return told == null ? 0 : told.get();
        }

        int told() {
            return byLease.values().stream().mapToInt(AtomicInteger::get).sum();
        }
    }
}
