package io.leasehold.server.metrics;

import io.leasehold.server.replica.AppliedStats;
import io.leasehold.server.replica.ReplicaNode;
import io.leasehold.server.replica.lease.LeaseStats;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Leases: what the LeaseKeeper has done and what was applied. docs/metrics.md explains each. */
public final class LeaseMetrics {
    private static final Map<String, String> NO_LABELS = Map.of();
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;

    private final Metrics metrics;
    private final Supplier<LeaseStats> stats;

    private LeaseMetrics(Metrics metrics, Supplier<LeaseStats> stats) {
        this.metrics = metrics;
        this.stats = stats;
    }

    /** Adds them all. The replica is asked whenever somebody scrapes. */
    public static void addTo(Metrics metrics, ReplicaNode replica) {
        LeaseMetrics leases = new LeaseMetrics(metrics, replica::leaseStats);
        leases.addLives();
        leases.addRenewals();
        leases.addEndings();
        leases.addLog();
        leases.addApplied(replica::appliedStats);
    }

    private void addLives() {
        gauge("leasehold_leases", "Leases alive; 0 on a member that does not lead.", LeaseStats::leases);
        counter(
                "leasehold_lease_clock_stalls_total",
                "Stalls of the process that were not counted against leases.",
                LeaseStats::clockStalls);
    }

    private void addRenewals() {
        renewals("renewed", LeaseStats::renewed);
        renewals("not_found", LeaseStats::notFound);
        renewals("failed", LeaseStats::failedRenewals);
        gauge("leasehold_lease_renewals_waiting", "Renewals that wait for their answer.", LeaseStats::waitingRenewals);
        counter(
                "leasehold_lease_confirm_rounds_total",
                "Confirmations of leadership asked for on behalf of renewals.",
                LeaseStats::confirmRounds);
        counter(
                "leasehold_lease_confirm_renewals_total",
                "Renewals that these confirmations were for; divided by the rounds it is the mean batch.",
                LeaseStats::confirmedRenewals);
        metrics.histogramOf(
                "leasehold_lease_confirm_batch_renewals",
                "Renewals that shared one confirmation of leadership.",
                LeaseStats.CONFIRM_BOUNDS.stream().map(Long::doubleValue).toList(),
                () -> {
                    LeaseStats now = stats.get();
                    return new Metrics.Counts(now.confirmCounts(), now.confirmedRenewals());
                });
        counter(
                "etcd_debugging_lease_renewed_total",
                "Renewals answered with a TTL by this member.",
                LeaseStats::renewed);
    }

    private void addApplied(Supplier<AppliedStats> applied) {
        metrics.counterOf("etcd_debugging_lease_granted_total", "Leases granted.", NO_LABELS, () -> applied.get()
                .leasesGranted());
        metrics.counterOf(
                "etcd_debugging_lease_revoked_total",
                "Leases ended, revoked or expired.",
                NO_LABELS,
                () -> applied.get().leasesEnded());
        metrics.histogramOf(
                "etcd_debugging_lease_ttl_total",
                "TTLs granted, in seconds.",
                AppliedStats.TTL_BOUNDS_SECONDS.stream().map(Long::doubleValue).toList(),
                () -> {
                    AppliedStats now = applied.get();
                    return new Metrics.Counts(now.ttlCounts(), now.ttlSumSeconds());
                });
    }

    private void addEndings() {
        counter(
                "etcd_debugging_server_lease_expired_total",
                "Leases that ended by expiry while this member led.",
                LeaseStats::expired);
        List<Double> bounds = LeaseStats.LATENESS_BOUNDS_MILLIS.stream()
                .map(millis -> millis / MILLIS_PER_SECOND)
                .toList();
        metrics.histogramOf(
                "leasehold_lease_expiry_lateness_seconds",
                "How long after its deadline an expired lease ended.",
                bounds,
                () -> {
                    LeaseStats now = stats.get();
                    return new Metrics.Counts(now.latenessCounts(), now.latenessSumNanos() / NANOS_PER_SECOND);
                });
    }

    private void addLog() {
        counter("leasehold_lease_checkpoints_total", "Leases checkpointed.", LeaseStats::checkpoints);
        counter("leasehold_lease_clears_total", "Leases whose anchor was cleared.", LeaseStats::clears);
        counter(
                "leasehold_lease_proposals_refused_total",
                "Expiries, checkpoints and clears that the log refused; they are made again.",
                LeaseStats::refusedProposals);
    }

    private void renewals(String result, ToDoubleFunction<LeaseStats> value) {
        metrics.counterOf(
                "leasehold_lease_renewals_total",
                "Renewals answered, by result.",
                Map.of("result", result),
                () -> value.applyAsDouble(stats.get()));
    }

    private void counter(String name, String help, ToDoubleFunction<LeaseStats> value) {
        metrics.counterOf(name, help, NO_LABELS, () -> value.applyAsDouble(stats.get()));
    }

    private void gauge(String name, String help, ToDoubleFunction<LeaseStats> value) {
        metrics.gauge(name, help, NO_LABELS, () -> value.applyAsDouble(stats.get()));
    }
}
