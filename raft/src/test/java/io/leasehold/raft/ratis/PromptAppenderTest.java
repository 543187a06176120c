package io.leasehold.raft.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PromptAppenderTest {
    private static final RaftConfiguration MEMBERS = new Members(
            Map.of(
                    RaftPeerRole.FOLLOWER,
                    List.of(PeerIds.toPeer(1)),
                    RaftPeerRole.LISTENER,
                    List.of(PeerIds.toPeer(2))),
            7);

    @Test
    void who_has_the_entry_that_names_it_takes_part_voter_or_not() {
        assertThat(PromptAppender.takesPart(MEMBERS, PeerIds.toRatis(1), 7)).isTrue();
        assertThat(PromptAppender.takesPart(MEMBERS, PeerIds.toRatis(2), 8)).isTrue();
    }

    /** It would not find itself among the members and shut down at its first election. */
    @Test
    void who_lacks_that_entry_does_not_yet() {
        assertThat(PromptAppender.takesPart(MEMBERS, PeerIds.toRatis(2), 6)).isFalse();
    }

    @Test
    void who_is_only_being_prepared_does_not() {
        assertThat(PromptAppender.takesPart(MEMBERS, PeerIds.toRatis(3), 9)).isFalse();
    }

    @Test
    void a_heartbeat_is_late_after_twice_its_time_and_to_one_who_is_away_after_an_election_timeout() {
        assertThat(PromptAppender.isLate(222, true, 1_000)).isFalse();
        assertThat(PromptAppender.isLate(223, true, 1_000)).isTrue();
        assertThat(PromptAppender.isLate(1_000, false, 1_000)).isFalse();
        assertThat(PromptAppender.isLate(1_001, false, 1_000)).isTrue();
    }

    private record Members(Map<RaftPeerRole, List<RaftPeer>> current, long index) implements RaftConfiguration {
        @Override
        public @Nullable RaftPeer getPeer(RaftPeerId id, RaftPeerRole... roles) {
            return Arrays.stream(roles)
                    .flatMap(role -> current.getOrDefault(role, List.of()).stream())
                    .filter(peer -> peer.getId().equals(id))
                    .findFirst()
                    .orElse(null);
        }

        @Override
        public Collection<RaftPeer> getAllPeers(RaftPeerRole role) {
            return getCurrentPeers(role);
        }

        @Override
        public Collection<RaftPeer> getCurrentPeers(RaftPeerRole role) {
            return current.getOrDefault(role, List.of());
        }

        @Override
        public Collection<RaftPeer> getPreviousPeers(RaftPeerRole role) {
            return List.of();
        }

        @Override
        public long getLogEntryIndex() {
            return index;
        }
    }
}
