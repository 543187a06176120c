package io.leasehold.raft.ratis;

import io.leasehold.raft.PeerNetwork.Contact;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer.Division;

/**
 * Makes the engine forget connections that carry nothing. It keeps one to each member for life, waits minutes to try again
 * where votes are concerned, and does not notice one that hangs: on a link that was dead for a while the system tries
 * again after up to two minutes.
 *
 * <p>Forgetting one waits for calls on it to end, for some seconds, so each has a short-lived thread of its own; the others
 * and the ticks go on.
 *
 * <p>One thread; a member whose connection is being forgotten is left alone.
 */
final class Reconnection {

    /** A follower whose messages come, but no answers to the log's, for this long: more than such an answer may take. */
    static final long SILENCE_LIMIT_MILLIS = 5_000;

    private final Division division;
    private final Set<RaftPeerId> underWay = ConcurrentHashMap.newKeySet();

    Reconnection(Division division) {
        this.division = division;
    }

    /** Forgets the connections to all others: nobody leads, and whoever comes back is to be asked at once. */
    void toAll() {
        for (RaftPeer peer : division.getRaftConf().getAllPeers()) {
            to(peer.getId());
        }
    }

    /** Forgets those of a leader to followers that are there, by their other messages, and do not answer. */
    void toSilentFollowers(Map<Long, Contact> contacts) {
        if (!division.getInfo().isLeader()) {
            return;
        }
        for (ServerRpcProto follower :
                division.getInfo().getRoleInfoProto().getLeaderInfo().getFollowerInfoList()) {
            RaftPeerId id = RaftPeerId.valueOf(follower.getId().getId());
            Contact contact = contacts.getOrDefault(PeerIds.fromRatis(id), Contact.NONE);
            // One that is being taken in, or has gone, is not judged: it may have to load first.
            if (isStuck(contact.connectedMillis(), follower.getLastRpcElapsedTimeMs())
                    && EngineMembership.isMember(division.getRaftConf(), id)) {
                to(id);
            }
        }
    }

    /** Whether a member has been heard, and its answers to the log's messages have not, for longer than that may take. */
    static boolean isStuck(long heardForMillis, long unansweredMillis) {
        return Math.min(heardForMillis, unansweredMillis) >= SILENCE_LIMIT_MILLIS;
    }

    private void to(RaftPeerId id) {
        if (!id.equals(division.getId()) && underWay.add(id)) {
            Thread.ofPlatform().name("leasehold-reconnect").daemon().start(() -> forget(id));
        }
    }

    private void forget(RaftPeerId id) {
        try {
            division.getRaftServer()
                    .getServerRpc()
                    .handleException(id, new IllegalStateException("nothing is heard"), true);
        } finally {
            underWay.remove(id);
        }
    }
}
