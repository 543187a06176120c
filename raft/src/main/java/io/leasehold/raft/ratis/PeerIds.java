package io.leasehold.raft.ratis;

import java.util.HexFormat;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.jspecify.annotations.Nullable;

/** Member ids as Ratis carries them: sixteen lower-case hex digits. */
final class PeerIds {

    private PeerIds() {}

    static RaftPeerId toRatis(long memberId) {
        return RaftPeerId.valueOf(HexFormat.of().toHexDigits(memberId));
    }

    /** A peer as the engine is told of it: where it is comes from the {@link PeerAddressBook}. */
    static RaftPeer toPeer(long memberId) {
        return RaftPeer.newBuilder()
                .setId(toRatis(memberId))
                .setAddress(PeerAddressBook.target(memberId))
                .build();
    }

    /** The member id of sixteen hex digits; 0 for anything else. */
    static long parse(@Nullable String digits) {
        try {
            return digits == null ? 0 : Long.parseUnsignedLong(digits, 16);
        } catch (NumberFormatException notAnId) {
            return 0;
        }
    }

    /** The member id; 0 for none. */
    static long fromRatis(@Nullable RaftPeerId peerId) {
        return peerId == null ? 0 : Long.parseUnsignedLong(peerId.toString(), 16);
    }
}
