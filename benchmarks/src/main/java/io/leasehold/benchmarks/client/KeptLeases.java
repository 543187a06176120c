package io.leasehold.benchmarks.client;

import com.sun.management.OperatingSystemMXBean;
import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.call.Blocking;
import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.KeepAliveCounts;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.lease.LeaseListener;
import io.leasehold.protocol.ReadsClock;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps many leases with one client and prints what that costs the process: {@code KeptLeases <endpoint> <leases> <ttl seconds>
 * <seconds>}.
 */
@ReadsClock("measures")
public final class KeptLeases {
    /** Grants on their way at a time. */
    private static final int GRANTS_AT_A_TIME = 256;

    private KeptLeases() {}

    /** Runs it. */
    public static void main(String[] args) throws InterruptedException {
        int leases = Integer.parseInt(args[1]);
        Duration ttl = Duration.ofSeconds(Long.parseLong(args[2]));
        Duration time = Duration.ofSeconds(Long.parseLong(args[3]));
        try (LeaseholdClient client = LeaseholdClient.builder()
                .endpoints(args[0])
                .callTimeout(Duration.ofSeconds(30))
                .build()) {
            List<KeepAlive> kept = keep(client, leases, ttl);
            // One round of renewals is not measured: it compiles the code and finds out what the server can.
            Thread.sleep(ttl.toMillis() / 2);
            print(client, kept, time, System.out);
        }
    }

    private static List<KeepAlive> keep(LeaseholdClient client, int count, Duration ttl) {
        List<KeepAlive> kept = new ArrayList<>(count);
        for (int from = 0; from < count; from += GRANTS_AT_A_TIME) {
            List<CompletableFuture<LeaseGrant>> granting = new ArrayList<>();
            for (int i = from; i < Math.min(from + GRANTS_AT_A_TIME, count); i++) {
                granting.add(client.leases().grant(ttl));
            }
            granting.forEach(grant -> kept.add(client.leases().keepAlive(Blocking.await(grant), LeaseListener.NONE)));
        }
        return kept;
    }

    private static void print(LeaseholdClient client, List<KeepAlive> kept, Duration time, PrintStream out)
            throws InterruptedException {
        OperatingSystemMXBean machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        KeepAliveCounts before = client.leases().counts();
        long cpuBefore = machine.getProcessCpuTime();
        long began = System.nanoTime();
        Thread.sleep(time.toMillis());
        double took = System.nanoTime() - began;
        double cpu = machine.getProcessCpuTime() - cpuBefore;
        KeepAliveCounts after = client.leases().counts();
        long invalid = kept.stream().filter(lease -> !lease.isValid()).count();
        out.printf(
                "leases %d, not valid %d, lost %d%nrenewals answered per second %.0f%nprocessor %.2f %% of a core, threads %d%n",
                after.kept(),
                invalid,
                after.lost(),
                (after.answered() - before.answered()) / took * 1e9,
                cpu / took * 100,
                Thread.activeCount());
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        out.printf("heap %d bytes a lease%n", heap / Math.max(after.kept(), 1));
    }
}
