package io.leasehold.simulation;

import io.leasehold.raft.PeerNetwork;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;

/** A process's end of the stream between members; what it says may be lost, but not overtaken. */
final class PeerLine implements PeerNetwork {
    private final int self;
    private final RaftPeers peers;
    private final Contacts contacts;
    private final Map<Topic, PeerListener> listeners = new EnumMap<>(Topic.class);

    PeerLine(int self, RaftPeers peers, Contacts contacts) {
        this.self = self;
        this.peers = peers;
        this.contacts = contacts;
    }

    @Override
    public boolean send(long memberId, byte[] message) {
        return peers.say(self, (int) memberId - 1, message);
    }

    @Override
    public void listen(Topic topic, PeerListener listener) {
        listeners.put(topic, listener);
    }

    @Override
    public Map<Long, Contact> contacts() {
        return contacts.all();
    }

    void hear(int from, byte[] message) {
        PeerListener listener = Topic.of(message).map(listeners::get).orElse(null);
        if (listener != null) {
            listener.received(from + 1, ByteBuffer.wrap(message).position(1).asReadOnlyBuffer());
        }
    }
}
