package io.leasehold.server.metrics;

import io.leasehold.server.replica.ReplicaNode;
import io.leasehold.server.rpc.ReadCounters;
import io.leasehold.statemachine.OperationCounts;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/** Operations on keys and what became of proposals, counted as etcd counts them. docs/metrics.md explains each. */
public final class KeyMetrics {
    private static final Map<String, String> NO_LABELS = Map.of();
    private static final Map<String, String> SUCCESS = Map.of("success", "true");
    private static final Map<String, String> REFUSED = Map.of("success", "false");

    private final Metrics metrics;
    private final ReplicaNode replica;

    private KeyMetrics(Metrics metrics, ReplicaNode replica) {
        this.metrics = metrics;
        this.replica = replica;
    }

    /** Adds them all. Replica and services are asked whenever somebody scrapes. */
    public static void addTo(Metrics metrics, ReplicaNode replica, ReadCounters reads) {
        KeyMetrics keys = new KeyMetrics(metrics, replica);
        keys.applied("etcd_mvcc_put_total", "Puts applied by this member.", OperationCounts::puts);
        keys.applied("etcd_mvcc_delete_total", "Deletes applied by this member.", OperationCounts::deletes);
        keys.applied(
                "etcd_debugging_mvcc_total_put_size_in_bytes",
                "Bytes of the keys and values put.",
                OperationCounts::putBytes);
        keys.counter(
                "etcd_mvcc_range_total",
                "Ranges read by this member, in transactions too.",
                () -> operations(replica).ranges() + reads.ranges());
        metrics.histogramsOf(
                "etcd_server_range_duration_seconds",
                "How long it took to read what a range was answered with.",
                reads.rangesAnswered().bounds(TimeUnit.SECONDS),
                () -> Map.of(
                        SUCCESS, EngineMetrics.counts(reads.rangesAnswered(), TimeUnit.SECONDS),
                        REFUSED, EngineMetrics.counts(reads.rangesRefused(), TimeUnit.SECONDS)));
        keys.counter(
                "etcd_mvcc_txn_total",
                "Requests of more than one operation, and ends of leases with more than one key.",
                () -> operations(replica).txns() + reads.txns());
        keys.counter(
                "etcd_server_proposals_failed_total",
                "Commands that timed out or that the log refused.",
                replica::failedCommands);
        metrics.gauge(
                "etcd_server_proposals_pending",
                "Commands that are not committed yet.",
                NO_LABELS,
                replica::pendingCommands);
    }

    private void applied(String name, String help, ToLongFunction<OperationCounts> value) {
        counter(name, help, () -> value.applyAsLong(operations(replica)));
    }

    private void counter(String name, String help, LongSupplier value) {
        metrics.counterOf(name, help, NO_LABELS, value::getAsLong);
    }

    private static OperationCounts operations(ReplicaNode replica) {
        return replica.appliedStats().operations();
    }
}
