package io.leasehold.benchmarks;

import io.leasehold.faults.cluster.FaultyCluster;
import io.leasehold.faults.cluster.Health;
import io.leasehold.faults.cluster.Member;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A row against three members: which of them the clients talk to. Its processor time is that of all three. */
record ClusterRow(Row row, Through through) {
    /** Whom clients are connected to. */
    enum Through {
        ALL,
        LEADER,
        FOLLOWER
    }

    /** The names of these rows begin with it. */
    static final String PREFIX = "three";

    static final int MEMBERS = 3;

    private static final Set<String> THROUGH_ALL =
            Set.of("put 32", "put 256", "range-lin 32", "range-lin 256", "txn 256");

    /** The rows that are compared with etcd's figures, in the order of the table. */
    static List<ClusterRow> all() {
        return Row.all().stream().flatMap(row -> of(row).stream()).toList();
    }

    private static List<ClusterRow> of(Row row) {
        return switch (row.name()) {
            case "put 256" -> List.of(new ClusterRow(row, Through.ALL), new ClusterRow(row, Through.LEADER));
            case "keepalive 1000" ->
                List.of(new ClusterRow(row, Through.LEADER), new ClusterRow(row, Through.FOLLOWER));
            default -> THROUGH_ALL.contains(row.name()) ? List.of(new ClusterRow(row, Through.ALL)) : List.of();
        };
    }

    String name() {
        return PREFIX + " " + row.name() + " " + through.name().toLowerCase(Locale.ROOT);
    }

    /** The ports of a running cluster's members that clients connect to. */
    List<Integer> ports(FaultyCluster cluster) {
        new Health(cluster).await(Health.PATIENCE_AT_FIRST);
        Member leader = cluster.leader().orElseThrow();
        return cluster.members().stream()
                .filter(member -> switch (through) {
                    case ALL -> true;
                    case LEADER -> member == leader;
                    case FOLLOWER -> member != leader;
                })
                .map(Member::clientPort)
                .limit(through == Through.ALL ? MEMBERS : 1)
                .toList();
    }
}
