package io.leasehold.benchmarks.cluster;

import io.leasehold.faults.cluster.ClusterPlan;
import io.leasehold.faults.cluster.FaultyCluster;
import io.leasehold.faults.cluster.Health;
import io.leasehold.faults.cluster.Link;
import io.leasehold.faults.cluster.Member;
import io.leasehold.faults.cluster.Member.Signal;
import io.leasehold.interop.Await;
import io.leasehold.interop.ServerTarget;
import io.leasehold.protocol.ReadsClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** The command: how long nobody is answered when the leader of three members is killed, stopped or cut off. */
@ReadsClock("measures")
public final class Failover {
    /** How the leader goes. */
    private enum Way {
        KILL,
        TERM,
        CUT
    }

    private static final int MEMBERS = 3;
    private static final Duration CALM = Duration.ofSeconds(3);

    /** Twice the longest gap that would be in order, and room to see that it is over. */
    private static final Duration WATCHED = Duration.ofSeconds(6);

    private final FaultyCluster cluster;

    private Failover(FaultyCluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Arguments: {@code leasehold} or {@code etcd}, how often each way is gone, and which ways if not all. Prints a line for each way: median and
     * longest in milliseconds, and all of them.
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 2) {
            System.err.println("benchmarks/failover leasehold|etcd <rounds> [KILL|TERM|CUT ...]");
            System.exit(2);
        }
        ServerTarget target = ServerTarget.valueOf(arguments[0].toUpperCase(Locale.ROOT));
        int rounds = Integer.parseInt(arguments[1]);
        Path home = Files.createTempDirectory("leasehold-failover-");
        List<Way> ways = arguments.length == 2
                ? List.of(Way.values())
                : Arrays.stream(arguments).skip(2).map(Way::valueOf).toList();
        // Proxies between members take time; only links that are cut need them.
        ClusterPlan plan = new ClusterPlan(target, ways.contains(Way.CUT), List.of());
        try (FaultyCluster cluster = new FaultyCluster(home, plan)) {
            cluster.found(MEMBERS);
            new Health(cluster).await(Health.PATIENCE_AT_FIRST);
            for (Way way : ways) {
                new Failover(cluster).measure(way, rounds);
            }
        }
        FaultyCluster.remove(home);
        System.exit(0);
    }

    private void measure(Way way, int rounds) {
        List<Double> gaps = new ArrayList<>();
        while (gaps.size() < rounds) {
            once(way).ifPresent(gaps::add);
        }
        List<Double> sorted = gaps.stream().sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "%-5s median %5.0f ms, longest %5.0f ms of %s%n",
                way,
                sorted.get(sorted.size() / 2),
                sorted.getLast(),
                sorted.stream().map(Math::round).toList());
    }

    /** One gap in milliseconds; nothing when leadership moved by itself before the leader went. */
    private OptionalDouble once(Way way) {
        Health health = new Health(cluster);
        health.await(Health.PATIENCE);
        Member leader = cluster.leader().orElseThrow();
        List<Member> others =
                cluster.members().stream().filter(member -> member != leader).toList();
        try (ServiceGap gap =
                new ServiceGap(others.stream().map(cluster::channel).toList())) {
            Await.pause(CALM);
            if (!cluster.leader().equals(Optional.of(leader))) {
                return OptionalDouble.empty();
            }
            long sinceNanos = System.nanoTime();
            go(leader, others, way);
            Await.pause(WATCHED);
            return OptionalDouble.of(gap.longestMillisAfter(sinceNanos));
        } finally {
            cluster.network().heal();
            if (leader.wasToldToEnd()) {
                leader.awaitEnd();
                cluster.start(leader, "new");
            }
        }
    }

    private void go(Member leader, List<Member> others, Way way) {
        switch (way) {
            case KILL -> leader.signal(Signal.KILL);
            case TERM -> leader.signal(Signal.TERM);
            case CUT ->
                others.forEach(other -> {
                    cluster.network().cut(new Link(leader.name(), other.name()));
                    cluster.network().cut(new Link(other.name(), leader.name()));
                });
        }
    }
}
