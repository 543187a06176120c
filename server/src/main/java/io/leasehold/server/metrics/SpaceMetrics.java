package io.leasehold.server.metrics;

import io.leasehold.server.replica.ReplicaNode;
import io.leasehold.server.replica.SpaceCounters;
import java.util.Map;

/** How space comes back, and whether what is on disk is whole. docs/metrics.md explains each. */
public final class SpaceMetrics {
    private static final Map<String, String> NO_LABELS = Map.of();

    private SpaceMetrics() {}

    /** Adds them all. The replica is asked whenever somebody scrapes. */
    public static void addTo(Metrics metrics, ReplicaNode replica) {
        SpaceCounters space = replica.spaceCounters();
        metrics.counterOf(
                "leasehold_store_rewrites_total",
                "How often neighbouring segments were written anew as one.",
                NO_LABELS,
                space::rewrites);
        metrics.counterOf(
                "leasehold_store_rewritten_bytes_total", "Bytes written for that.", NO_LABELS, space::writtenBytes);
        metrics.counterOf(
                "leasehold_store_freed_bytes_total",
                "Bytes by which the store's files became smaller by it.",
                NO_LABELS,
                space::freedBytes);
        metrics.counterOf(
                "leasehold_store_scrubbed_bytes_total",
                "Bytes of the store's files that were read in the background and found whole.",
                NO_LABELS,
                space::scrubbedBytes);
    }
}
