package io.leasehold.raft.ratis;

import java.util.HexFormat;
import org.apache.ratis.protocol.RaftPeerId;
import org.jspecify.annotations.Nullable;

/** Member ids as Ratis carries them: sixteen lower-case hex digits. */
final class PeerIds {

    private PeerIds() {}

    static RaftPeerId toRatis(long memberId) {
        return RaftPeerId.valueOf(HexFormat.of().toHexDigits(memberId));
    }

    /** The member id; 0 for none. */
    static long fromRatis(@Nullable RaftPeerId peerId) {
        return peerId == null ? 0 : Long.parseUnsignedLong(peerId.toString(), 16);
    }
}
