package io.leasehold.server.metrics;

import static java.util.stream.Collectors.toMap;

import io.leasehold.raft.PeerNetwork;
import io.leasehold.server.replica.Durations;
import io.leasehold.server.replica.ReplicaMeasures;
import io.leasehold.server.replica.ReplicaNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** The network between members, under etcd's names. docs/metrics.md explains each. */
final class PeerMetrics {
    private final Metrics metrics;
    private final ReplicaMeasures measures;
    private final String self;

    private PeerMetrics(Metrics metrics, ReplicaNode replica) {
        this.metrics = metrics;
        this.measures = replica.measures();
        this.self = Long.toHexString(replica.status().memberId());
    }

    /** Adds them all. The network is asked whenever somebody scrapes. */
    static void addTo(Metrics metrics, ReplicaNode replica) {
        PeerMetrics peers = new PeerMetrics(metrics, replica);
        peers.addTraffic();
        peers.addContacts();
    }

    private void addTraffic() {
        metrics.countersOf(
                "etcd_network_peer_sent_bytes_total",
                "Bytes of messages sent to other members.",
                "To",
                () -> bytes(PeerNetwork.Traffic::sentBytes));
        metrics.countersOf(
                "etcd_network_peer_received_bytes_total",
                "Bytes of messages received from other members.",
                "From",
                () -> bytes(PeerNetwork.Traffic::receivedBytes));
        metrics.histogramsOf(
                "etcd_network_peer_round_trip_time_seconds",
                "How long a message to another member and its answer took.",
                ReplicaMeasures.newRoundTrips().bounds(TimeUnit.SECONDS),
                this::roundTrips);
        metrics.counterOf(
                "etcd_server_heartbeat_send_failures_total",
                "How often a follower was sent nothing for much too long.",
                Map.of(),
                () -> measures.network().lateHeartbeats());
    }

    private void addContacts() {
        metrics.gaugesOf(
                "etcd_network_known_peers",
                "Other members that this one speaks with. Always 1.",
                () -> measures.network().contacts().keySet().stream().collect(toMap(this::labels, id -> 1.0)));
        metrics.gaugesOf(
                "etcd_network_active_peers",
                "Whether another member is heard. 1 is yes.",
                () -> measures.network().contacts().entrySet().stream()
                        .collect(toMap(
                                contact -> labels(contact.getKey()),
                                contact -> contact.getValue().isConnected() ? 1.0 : 0.0)));
    }

    private Map<String, String> labels(long memberId) {
        return Map.of("Local", self, "Remote", Long.toHexString(memberId));
    }

    private Map<Map<String, String>, Metrics.Counts> roundTrips() {
        return measures.roundTrips().entrySet().stream()
                .collect(
                        toMap(peer -> Map.of("To", Long.toHexString(peer.getKey())), peer -> seconds(peer.getValue())));
    }

    private static Metrics.Counts seconds(Durations durations) {
        return EngineMetrics.counts(durations, TimeUnit.SECONDS);
    }

    private Map<String, Long> bytes(ToLongFunction<PeerNetwork.Traffic> direction) {
        Map<String, Long> bytes = new TreeMap<>();
        measures.network()
                .traffic()
                .forEach((id, traffic) -> bytes.put(Long.toHexString(id), direction.applyAsLong(traffic)));
        return bytes;
    }
}
