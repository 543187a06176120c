package io.leasehold.server.replica;

import io.leasehold.raft.PeerNetwork;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears what members say when one fetches the state of another. Threads of the network. */
final class StateMessages implements PeerNetwork.PeerListener {
    private static final Logger LOGGER = LoggerFactory.getLogger(StateMessages.class);

    private final StateSource source;
    private final StateFetch fetch;

    StateMessages(StateSource source, StateFetch fetch) {
        this.source = source;
        this.fetch = fetch;
    }

    @Override
    public void received(long fromMemberId, ByteBuffer message) {
        StateMessage decoded;
        try {
            decoded = StateMessage.decode(message);
        } catch (RuntimeException malformed) {
            LOGGER.warn("cannot read a message of member={}", Long.toHexString(fromMemberId), malformed);
            return;
        }
        switch (decoded) {
            case StateMessage.Fetch asked -> source.fetch(fromMemberId);
            case StateMessage.Read asked -> source.read(fromMemberId, asked);
            case StateMessage.Image image -> fetch.received(fromMemberId, image);
            case StateMessage.Piece piece -> fetch.received(fromMemberId, piece);
        }
    }
}
