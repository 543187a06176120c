package io.leasehold.server.metrics;

import static java.util.stream.Collectors.toMap;

import io.leasehold.server.config.ServerVersion;
import io.leasehold.server.replica.MemberStatus;
import io.leasehold.server.replica.Replica;
import io.leasehold.server.rpc.Promotions;
import io.leasehold.server.watch.WatchCounters;
import io.leasehold.statemachine.AlarmType;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What a member tells of itself, under etcd's names, so that etcd's dashboards and alerts work. */
public final class MemberMetrics {
    private static final Map<String, String> NO_LABELS = Map.of();

    private final Metrics metrics;
    private final Replica replica;

    private MemberMetrics(Metrics metrics, Replica replica) {
        this.metrics = metrics;
        this.replica = replica;
    }

    /** Adds them all. Replica and services are asked whenever somebody scrapes. */
    public static void addTo(Metrics metrics, Replica replica, Promotions promotions) {
        MemberMetrics member = new MemberMetrics(metrics, replica);
        member.addLeadership();
        member.addPromotions(promotions);
        member.addLog();
        member.addAlarms();
        member.addStore();
        member.addWatches();
    }

    private void addLeadership() {
        MemberStatus now = replica.status();
        status("etcd_server_has_leader", "Whether a leader is known. 1 is yes.", s -> s.leaderId() == 0 ? 0 : 1);
        status("etcd_server_is_leader", "Whether this member leads. 1 is yes.", s -> s.leader() ? 1 : 0);
        status("etcd_server_is_learner", "Whether this member has no vote. 1 is yes.", s -> s.learner() ? 1 : 0);
        constant("etcd_server_id", "This member's id.", Map.of("server_id", Long.toHexString(now.memberId())));
        constant(
                "etcd_server_version",
                "The etcd version this server follows.",
                Map.of("server_version", ServerVersion.ETCD));
        constant(
                "etcd_cluster_version",
                "The version all members agree on.",
                Map.of("cluster_version", ServerVersion.CLUSTER.substring(0, ServerVersion.CLUSTER.lastIndexOf('.'))));
        constant("leasehold_version", "The version of Leasehold.", Map.of("version", ServerVersion.LEASEHOLD));
    }

    private void addPromotions(Promotions promotions) {
        metrics.counterOf(
                "etcd_server_learner_promote_successes",
                "Learners that this member has made voters.",
                NO_LABELS,
                promotions::successes);
        metrics.countersOf(
                "etcd_server_learner_promote_failures",
                "Promotions of learners that were refused.",
                "Reason",
                () -> promotions.failures().entrySet().stream()
                        .collect(toMap(refusal -> refusal.getKey().message(), Map.Entry::getValue)));
    }

    private void addLog() {
        status(
                "etcd_server_proposals_committed_total",
                "Index of the last committed log entry.",
                MemberStatus::raftIndex);
        status(
                "etcd_server_proposals_applied_total",
                "Index of the last log entry applied here.",
                MemberStatus::appliedIndex);
        status("leasehold_raft_term", "The Raft term this member knows of.", MemberStatus::term);
    }

    private void addAlarms() {
        String id = Long.toHexString(replica.status().memberId());
        for (AlarmType type : List.of(AlarmType.NOSPACE, AlarmType.CORRUPT)) {
            metrics.gauge(
                    "etcd_debugging_server_alarms",
                    "Whether this member's alarm is on. 1 is yes.",
                    Map.of("server_id", id, "alarm_type", type.name()),
                    () -> isOn(replica.status(), type) ? 1 : 0);
        }
    }

    private static boolean isOn(MemberStatus status, AlarmType type) {
        return status.alarms().stream()
                .anyMatch(alarm -> alarm.type() == type && alarm.memberId() == status.memberId());
    }

    private void addStore() {
        status("etcd_mvcc_db_total_size_in_bytes", "Bytes the store takes on disk.", MemberStatus::sizeBytes);
        status(
                "etcd_mvcc_db_total_size_in_use_in_bytes",
                "Bytes of the store that are reachable.",
                MemberStatus::liveBytes);
        status("etcd_server_quota_backend_bytes", "Size at which writes are refused.", MemberStatus::quotaBytes);
        metrics.gauge("etcd_debugging_mvcc_keys_total", "Keys there are.", NO_LABELS, () -> replica.snapshot()
                .keyCount());
        metrics.gauge("etcd_debugging_auth_revision", "Revision of users and roles.", NO_LABELS, () -> replica.auth()
                .revision());
        metrics.gauge(
                "etcd_debugging_mvcc_current_revision", "Revision of the store.", NO_LABELS, () -> replica.snapshot()
                        .revision());
        metrics.gauge(
                "etcd_debugging_mvcc_compact_revision",
                "Revision the store was last compacted at.",
                NO_LABELS,
                () -> replica.snapshot().compactedRevision());
    }

    private void addWatches() {
        WatchCounters watches = replica.watches().counters();
        metrics.gauge("etcd_debugging_mvcc_watch_stream_total", "Watch streams.", NO_LABELS, watches::streams);
        metrics.gauge("etcd_debugging_mvcc_watcher_total", "Watchers.", NO_LABELS, watches::watchers);
        metrics.gauge(
                "etcd_debugging_mvcc_slow_watcher_total",
                "Watchers that are fed from history.",
                NO_LABELS,
                watches::laggingWatchers);
        metrics.counterOf("etcd_debugging_mvcc_events_total", "Events sent to watchers.", NO_LABELS, watches::events);
        metrics.gauge(
                "etcd_debugging_mvcc_pending_events_total",
                "Events not yet sent.",
                NO_LABELS,
                replica.watches()::pendingEvents);
    }

    private void status(String name, String help, ToDoubleFunction<MemberStatus> value) {
        metrics.gauge(name, help, NO_LABELS, () -> value.applyAsDouble(replica.status()));
    }

    private void constant(String name, String help, Map<String, String> labels) {
        metrics.gauge(name, help, labels, () -> 1);
    }
}
