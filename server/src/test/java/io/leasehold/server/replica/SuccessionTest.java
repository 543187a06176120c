package io.leasehold.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.raft.LeadershipGuard;
import io.leasehold.raft.LogListener;
import io.leasehold.raft.LogMembership;
import io.leasehold.raft.LogStatus;
import io.leasehold.raft.PeerNetwork;
import io.leasehold.raft.PeerNetwork.Contact;
import io.leasehold.raft.ReplicatedLog;
import io.leasehold.statemachine.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class SuccessionTest {
    private static final Duration ELECTION_TIMEOUT = Duration.ofMinutes(1);

    private final Others others = new Others();

    @Test
    void one_that_was_heard_just_now_is_asked_before_one_that_was_connected_for_longer() {
        others.contacts = Map.of(2L, new Contact(500, 60_000), 3L, new Contact(0, 1_000));

        handOver(voter(1), voter(2), voter(3));

        assertThat(others.asked).containsExactly(3L);
    }

    @Test
    void of_those_that_are_heard_alike_the_one_that_was_connected_for_longest_is_asked() {
        others.contacts = Map.of(2L, new Contact(0, 1_000), 3L, new Contact(0, 60_000));

        handOver(voter(1), voter(2), voter(3));

        assertThat(others.asked).containsExactly(3L);
    }

    @Test
    void whoever_does_not_take_over_is_passed_over_in_time_for_the_next_one() {
        others.contacts = Map.of(2L, new Contact(0, 60_000), 3L, new Contact(0, 1_000));
        others.gone = Set.of(2L);

        handOver(voter(1), voter(2), voter(3));

        assertThat(others.asked).containsExactly(2L, 3L);
        assertThat(others.limits.getFirst()).isEqualTo(ELECTION_TIMEOUT.dividedBy(2));
        assertThat(others.status().leaderId()).isEqualTo(3);
    }

    @Test
    void nobody_is_asked_who_has_no_vote_or_is_not_heard() {
        others.contacts = Map.of(2L, new Contact(0, 60_000), 3L, Contact.NONE);

        handOver(voter(1), new Member(2, "m2", List.of(), List.of(), true), voter(3), voter(4));

        assertThat(others.asked).isEmpty();
    }

    @Test
    void a_member_that_does_not_lead_hands_nothing_over() {
        others.contacts = Map.of(2L, new Contact(0, 60_000));
        others.leaderId = 2;

        handOver(voter(1), voter(2));

        assertThat(others.asked).isEmpty();
    }

    /** The clock moves by what the others take. */
    private void handOver(Member... members) {
        ReplicaSettings settings =
                new ReplicaSettings(9, 1, "m1", List.of(), ELECTION_TIMEOUT, 1 << 20, 1_000, Long.MAX_VALUE, true);
        Succession.handOver(others, List.of(members), settings, () -> others.nowNanos);
    }

    private static Member voter(long id) {
        return new Member(id, "m" + id, List.of(), List.of(), false);
    }

    /** A log that member 1 leads, and others that take over when they are asked, but for those that are gone. */
    private static final class Others implements ReplicatedLog, LogMembership, PeerNetwork {
        final List<Long> asked = new ArrayList<>();
        final List<Duration> limits = new ArrayList<>();
        Map<Long, Contact> contacts = Map.of();
        Set<Long> gone = Set.of();
        long leaderId = 1;
        long nowNanos;

        @Override
        public void transferTo(long memberId, Duration limit, Consumer<Boolean> listener) {
            asked.add(memberId);
            limits.add(limit);
            boolean takesOver = !gone.contains(memberId);
            if (takesOver) {
                leaderId = memberId;
            } else {
                nowNanos += limit.toNanos();
            }
            listener.accept(takesOver);
        }

        @Override
        public LogStatus status() {
            // A new leader's first entry is committed at once.
            long lastIndex = leaderId == 1 ? 7 : 8;
            return new LogStatus(2, leaderId, leaderId == 1, leaderId == 1, Long.MAX_VALUE, lastIndex);
        }

        @Override
        public Map<Long, Contact> contacts() {
            return contacts;
        }

        @Override
        public PeerNetwork network() {
            return this;
        }

        @Override
        public LogMembership membership() {
            return this;
        }

        @Override
        public boolean takesPart() {
            return true;
        }

        @Override
        public boolean isLevel(long memberId) {
            return true;
        }

        @Override
        public LeadershipGuard guard() {
            return listener -> listener.confirmed(1, 0);
        }

        @Override
        public boolean send(long memberId, byte[] message) {
            return false;
        }

        @Override
        public void start(LogListener listener, long appliedIndex, long appliedTerm) {}

        @Override
        public void propose(byte[] payload, Object proposal) {}

        @Override
        public void checkpointed(long index, long term) {}

        @Override
        public void follow(List<LogMember> members) {}

        @Override
        public void listen(Topic topic, PeerListener listener) {}

        @Override
        public void close() {}
    }
}
