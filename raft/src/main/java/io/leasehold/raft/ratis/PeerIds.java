package io.leasehold.raft.ratis;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
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

    /** Ids as one header: with commas between them, in no order. */
    static String format(Set<Long> memberIds) {
        return memberIds.stream().map(HexFormat.of()::toHexDigits).collect(Collectors.joining(","));
    }

    /** The ids of such a header; what is none is left out. */
    static Set<Long> parseAll(String header) {
        return Arrays.stream(header.split(",", -1))
                .map(PeerIds::parse)
                .filter(id -> id != 0)
                .collect(Collectors.toSet());
    }

    /** The member id; 0 for none. */
    static long fromRatis(@Nullable RaftPeerId peerId) {
        return peerId == null ? 0 : Long.parseUnsignedLong(peerId.toString(), 16);
    }
}
