package io.leasehold.raft.ratis;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What the log needs to know to start.
 *
 * @param groupId the identity of the log; see {@link #groupIdOf}. Members with another one are refused
 * @param memberId this member, not 0
 * @param peers the members known at the start, with where they are reached. Those that vote found the cluster if this is
 *     its beginning; a member that is already part of one takes the voters from its log instead, and one that is to be
 *     taken in names no voter
 * @param alone whether there is no other member and none can come: no network between members is set up
 * @param listen where to listen for peers, at least one address
 * @param directory the log's directory, made when missing; nothing else may live in it
 * @param electionTimeoutMillis a follower stands for election after silence of this or a little more, see {@link Patience}.
 *     10..600,000
 * @param maxPayloadBytes longest payload one entry may have; 1 KiB..256 MiB. Decides the size of the write buffer
 * @param tls how members speak with each other; empty: in the open
 */
public record RatisSettings(
        UUID groupId,
        long memberId,
        List<Peer> peers,
        boolean alone,
        List<ListenAddress> listen,
        Path directory,
        int electionTimeoutMillis,
        int maxPayloadBytes,
        Optional<PeerTls> tls) {

    private static final int ELECTION_TIMEOUT_MILLIS_MIN = 10;
    private static final int ELECTION_TIMEOUT_MILLIS_MAX = 600_000;
    private static final int PAYLOAD_BYTES_MIN = 1 << 10;
    private static final int PAYLOAD_BYTES_MAX = 1 << 28;

    /**
     * One member.
     *
     * @param memberId its id, not 0
     * @param addresses where it is reached by other members, each as {@code host:port}
     * @param founder whether it is a voter of a cluster that begins
     */
    public record Peer(long memberId, List<String> addresses, boolean founder) {

        /** Checks the id. */
        public Peer {
            addresses = List.copyOf(addresses);
            require(memberId != 0, "the member id of peer " + addresses + " is 0");
            require(!addresses.isEmpty(), "a peer has no address");
        }
    }

    /** Checks every value; a wrong one is an {@link IllegalArgumentException}. */
    public RatisSettings {
        peers = List.copyOf(peers);
        listen = List.copyOf(listen);
        long self = memberId;
        require(self != 0, "the member id is 0");
        require(peers.stream().anyMatch(peer -> peer.memberId() == self), "the peers do not contain this member");
        require(!alone || peers.size() == 1, "a member that is alone has peers");
        require(peers.stream().mapToLong(Peer::memberId).distinct().count() == peers.size(), "a peer is named twice");
        require(!listen.isEmpty(), "there is no address to listen on");
        require(
                electionTimeoutMillis >= ELECTION_TIMEOUT_MILLIS_MIN
                        && electionTimeoutMillis <= ELECTION_TIMEOUT_MILLIS_MAX,
                "election timeout of " + electionTimeoutMillis + " ms is not in 10..600,000");
        require(
                maxPayloadBytes >= PAYLOAD_BYTES_MIN && maxPayloadBytes <= PAYLOAD_BYTES_MAX,
                "longest payload of " + maxPayloadBytes + " bytes is not in 1 KiB..256 MiB");
    }

    /**
     * The log's identity: it belongs to one cluster, and to one life of it.
     *
     * @param clusterId the cluster's id, not 0
     * @param recoveryEpoch how often the cluster was made anew from one member's state; 0 at first
     */
    public static UUID groupIdOf(long clusterId, long recoveryEpoch) {
        require(clusterId != 0, "the cluster id is 0");
        return new UUID(clusterId, recoveryEpoch);
    }

    /** The same for a member that is alone no more. */
    RatisSettings inCompany() {
        return new RatisSettings(
                groupId, memberId, peers, false, listen, directory, electionTimeoutMillis, maxPayloadBytes, tls);
    }

    /** The voters of a cluster that begins. */
    List<Peer> founders() {
        return peers.stream().filter(Peer::founder).toList();
    }

    private static void require(boolean condition, String problem) {
        if (!condition) {
            throw new IllegalArgumentException(problem);
        }
    }
}
