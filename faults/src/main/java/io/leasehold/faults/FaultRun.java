package io.leasehold.faults;

import io.leasehold.faults.cluster.ClusterPlan;
import io.leasehold.faults.cluster.FaultyCluster;
import io.leasehold.faults.cluster.Health;
import io.leasehold.interop.ServerTarget;
import io.leasehold.protocol.ReadsClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** The command: rounds of trouble until one breaks a promise or the time is over; see docs/faults.md. */
@ReadsClock("a run is bounded in real time")
public final class FaultRun {
    private static final int VIOLATIONS_SHOWN_MAX = 20;

    private final FaultOptions options;
    private final SplittableRandom random;
    private final long startNanos = System.nanoTime();

    private FaultRun(FaultOptions options) {
        this.options = options;
        this.random = new SplittableRandom(options.seed());
    }

    /** Exits with 1 when a promise was broken, with 2 when it does not understand. */
    public static void main(String[] arguments) throws IOException {
        try {
            FaultOptions options = FaultOptions.parse(
                    List.of(arguments), ThreadLocalRandom.current().nextInt(1_000_000));
            System.exit(new FaultRun(options).run());
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + System.lineSeparator() + FaultOptions.USAGE);
            System.exit(2);
        }
    }

    private int run() throws IOException {
        Path home = Files.createTempDirectory("leasehold-faults-");
        System.out.println("seed " + options.seed() + ", " + options.members() + " members, in " + home);
        boolean well = runIn(home);
        if (well && !options.keep()) {
            FaultyCluster.remove(home);
        }
        return well ? 0 : 1;
    }

    private boolean runIn(Path home) {
        try (FaultyCluster cluster =
                new FaultyCluster(home, new ClusterPlan(ServerTarget.configured(), true, List.of()))) {
            Thread end = Thread.ofPlatform().unstarted(cluster::close);
            Runtime.getRuntime().addShutdownHook(end);
            if (cluster.smallDisk().isEmpty()) {
                System.out.println("no small disk could be mounted: none will be full");
            }
            cluster.found(options.members());
            new Health(cluster).await(Health.PATIENCE_AT_FIRST);
            int rounds = 0;
            do {
                rounds++;
                List<String> violations = new Round(cluster, options, rounds, random.split()).run();
                if (!violations.isEmpty()) {
                    print(violations, home);
                    return false;
                }
            } while (System.nanoTime() - startNanos < options.minutes() * TimeUnit.MINUTES.toNanos(1));
            System.out.println("seed " + options.seed() + ": " + rounds + " rounds, nothing was broken");
            return true;
        }
    }

    private void print(List<String> violations, Path home) {
        violations.stream().limit(VIOLATIONS_SHOWN_MAX).forEach(System.out::println);
        System.out.println("seed " + options.seed() + ": " + violations.size()
                + " violations; what members printed and kept is in " + home);
    }
}
