package io.leasehold.server.metrics;

import static java.util.stream.Collectors.toMap;

import io.leasehold.server.replica.ApplyTimes;
import io.leasehold.server.replica.Durations;
import io.leasehold.server.replica.ReplicaMeasures;
import io.leasehold.server.replica.ReplicaNode;
import io.leasehold.server.rpc.ReadCounters;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Disk, log and housekeeping of a member, under the names of what is their like in etcd. docs/metrics.md explains each. */
public final class EngineMetrics {
    private static final Map<String, String> NO_LABELS = Map.of();

    private final Metrics metrics;
    private final ReplicaMeasures measures;

    private EngineMetrics(Metrics metrics, ReplicaMeasures measures) {
        this.metrics = metrics;
        this.measures = measures;
    }

    /** Adds them all. Replica and services are asked whenever somebody scrapes. */
    public static void addTo(Metrics metrics, ReplicaNode replica, ReadCounters reads) {
        EngineMetrics engine = new EngineMetrics(metrics, replica.measures());
        engine.addLog();
        engine.addCompaction();
        engine.addApplied();
        PeerMetrics.addTo(metrics, replica);
        engine.seconds("etcd_mvcc_hash_duration_seconds", "Duration of calls of Hash.", reads.hashes());
        engine.seconds("etcd_mvcc_hash_rev_duration_seconds", "Duration of calls of HashKV.", reads.hashesAtRevision());
        engine.seconds(
                "etcd_disk_backend_snapshot_duration_seconds",
                "How long it took to send a whole snapshot.",
                reads.snapshots());
        engine.seconds(
                "etcd_disk_backend_defrag_duration_seconds",
                "Duration of calls of Defragment.",
                reads.defragmentations());
        metrics.gauge(
                "etcd_disk_defrag_inflight",
                "Calls of Defragment that are not answered yet.",
                NO_LABELS,
                reads::defragmentationsUnderWay);
    }

    private void addLog() {
        metrics.counterOf(
                "etcd_server_leader_changes_seen_total",
                "How often a leader became known.",
                NO_LABELS,
                measures::leaderChanges);
        metrics.counterOf(
                "etcd_server_read_indexes_failed_total",
                "Linearizable reads that failed for want of a leader.",
                NO_LABELS,
                measures::failedReads);
        metrics.counterOf(
                "etcd_server_slow_read_indexes_total",
                "Questions to the leader how far to read that took longer than half a second.",
                NO_LABELS,
                measures::slowReads);
        seconds(
                "etcd_disk_wal_fsync_duration_seconds",
                "How long it took to force the log to the disk.",
                measures.forces());
        seconds(
                "etcd_disk_backend_commit_duration_seconds",
                "How long a checkpoint of the store took to become durable.",
                measures.checkpoints());
    }

    private void addApplied() {
        metrics.histogramsOf(
                "etcd_server_apply_duration_seconds",
                "How long it took to apply a committed command.",
                ApplyTimes.newDurations().bounds(TimeUnit.SECONDS),
                () -> measures.applied().all().entrySet().stream()
                        .collect(toMap(
                                entry -> labels(entry.getKey()), entry -> counts(entry.getValue(), TimeUnit.SECONDS))));
    }

    private static Map<String, String> labels(ApplyTimes.Kind kind) {
        return Map.of("version", "v3", "op", kind.operation().etcdName(), "success", Boolean.toString(kind.success()));
    }

    private void addCompaction() {
        metrics.counterOf(
                "etcd_debugging_mvcc_db_compaction_keys_total",
                "Revisions of keys that compactions have freed.",
                NO_LABELS,
                measures::sweptRecords);
        milliseconds(
                "etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds",
                "How long one slice of a compaction held up writes.",
                measures.sweepPauses());
        milliseconds(
                "etcd_debugging_mvcc_db_compaction_total_duration_milliseconds",
                "From a compaction until what it freed was gone.",
                measures.sweeps());
    }

    private void seconds(String name, String help, Durations durations) {
        add(name, help, durations, TimeUnit.SECONDS);
    }

    private void milliseconds(String name, String help, Durations durations) {
        add(name, help, durations, TimeUnit.MILLISECONDS);
    }

    private void add(String name, String help, Durations durations, TimeUnit unit) {
        metrics.histogramOf(name, help, durations.bounds(unit), () -> counts(durations, unit));
    }

    static Metrics.Counts counts(Durations durations, TimeUnit unit) {
        return new Metrics.Counts(durations.counts(), durations.sum(unit));
    }
}
