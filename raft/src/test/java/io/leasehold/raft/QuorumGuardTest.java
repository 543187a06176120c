package io.leasehold.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QuorumGuardTest {

    private static final long TERM = 7;

    private final FakeNetwork network = new FakeNetwork();
    private final Member leader = network.join(1);
    private final Member second = network.join(2);
    private final Member third = network.join(3);
    private final Answers answers = new Answers();

    QuorumGuardTest() {
        leader.leads(TERM, 100, List.of(Set.of(1L, 2L, 3L)));
        second.term = TERM;
        third.term = TERM;
    }

    @Test
    void one_other_voter_of_three_is_enough() {
        leader.guard.confirm(answers);
        assertThat(answers.told).isEmpty();

        network.deliver(1, 2);
        network.deliver(2, 1);

        assertThat(answers.told).containsExactly("confirmed 7 at 100");
    }

    @Test
    void the_index_is_that_of_the_beginning_of_the_round() {
        leader.guard.confirm(answers);
        leader.leads(TERM, 200, List.of(Set.of(1L, 2L, 3L)));

        network.deliverAll();

        assertThat(answers.told).containsExactly("confirmed 7 at 100");
    }

    @Test
    void a_later_question_waits_for_a_round_of_its_own_and_all_that_wait_share_it() {
        Answers later = new Answers();
        leader.guard.confirm(answers);
        leader.guard.confirm(later);
        leader.guard.confirm(later);

        network.deliver(1, 2);
        network.deliver(2, 1);
        assertThat(answers.told).hasSize(1);
        assertThat(later.told).isEmpty();

        network.deliverAll();
        assertThat(later.told).containsExactly("confirmed 7 at 100", "confirmed 7 at 100");
        assertThat(network.sent).isEqualTo(4 + 4);
    }

    @Test
    void an_answer_to_an_old_round_counts_for_nothing() {
        leader.guard.confirm(answers);
        network.deliver(1, 2);
        network.deliver(1, 3);
        network.deliver(2, 1);
        Answers later = new Answers();
        second.term = TERM + 1;
        third.term = TERM + 1;
        leader.guard.confirm(later);

        // The third voter's answer of before the election.
        network.deliver(3, 1);
        assertThat(later.told).isEmpty();

        network.deliverAll();
        assertThat(later.told).containsExactly("refused NOT_LEADER");
    }

    @Test
    void an_answer_to_a_question_of_an_earlier_life_counts_for_nothing() {
        leader.guard.confirm(new Answers());
        Member restarted = network.join(1);
        restarted.leads(TERM + 2, 300, List.of(Set.of(1L, 2L, 3L)));
        second.term = TERM + 2;

        // The question of before the restart comes late, and is answered in the term of now.
        network.deliver(1, 2);
        restarted.guard.confirm(answers);
        network.deliver(2, 1);
        assertThat(answers.told).isEmpty();

        network.deliverAll();
        assertThat(answers.told).containsExactly("confirmed 9 at 300");
    }

    @Test
    void a_deposed_leader_is_told_by_the_voters_of_the_new_term() {
        second.term = TERM + 1;
        third.term = TERM + 1;

        leader.guard.confirm(answers);
        network.deliverAll();

        assertThat(answers.told).containsExactly("refused NOT_LEADER");
    }

    @Test
    void a_vote_between_question_and_answer_is_seen() {
        leader.guard.confirm(answers);
        second.term = TERM + 1;

        network.deliver(1, 2);
        network.deliver(2, 1);

        assertThat(answers.told).containsExactly("refused NOT_LEADER");
    }

    @Test
    void a_leader_without_a_majority_gets_no_answer_until_it_steps_down() {
        network.lose();
        leader.guard.confirm(answers);
        leader.guard.tick();
        network.lose();
        assertThat(answers.told).isEmpty();

        leader.reign = Optional.empty();
        leader.guard.tick();

        assertThat(answers.told).containsExactly("refused NO_LEADER");
    }

    @Test
    void a_lost_question_is_put_again_within_its_round() {
        leader.guard.confirm(answers);
        network.lose();
        leader.guard.tick();

        network.deliverAll();

        assertThat(answers.told).containsExactly("confirmed 7 at 100");
    }

    @Test
    void a_round_without_end_times_out() {
        leader.guard.confirm(answers);

        for (int i = 0; i <= 100; i++) {
            leader.guard.tick();
        }

        assertThat(answers.told).containsExactly("refused TIMEOUT");
    }

    @Test
    void someone_who_does_not_vote_does_not_count() {
        leader.leads(TERM, 100, List.of(Set.of(1L, 2L)));
        leader.guard.confirm(answers);

        third.guard.tick();
        network.deliver(1, 3);
        network.deliver(3, 1);

        assertThat(answers.told).isEmpty();
    }

    @Test
    void while_members_change_both_majorities_must_agree() {
        Member fourth = network.join(4);
        Member fifth = network.join(5);
        fourth.term = TERM;
        fifth.term = TERM;
        leader.leads(TERM, 100, List.of(Set.of(1L, 2L, 3L), Set.of(1L, 4L, 5L)));
        leader.guard.confirm(answers);

        network.exchange(1, 2);
        network.exchange(1, 3);
        assertThat(answers.told).isEmpty();

        network.exchange(1, 5);
        assertThat(answers.told).containsExactly("confirmed 7 at 100");
    }

    @Test
    void a_round_is_repeated_when_the_voters_have_changed_meanwhile() {
        leader.guard.confirm(answers);
        leader.leads(TERM, 300, List.of(Set.of(1L, 2L, 3L)));
        leader.version++;
        leader.leads(TERM, 300, List.of(Set.of(1L, 2L, 3L)));

        network.exchange(1, 2);
        assertThat(answers.told).isEmpty();

        network.deliverAll();
        assertThat(answers.told).containsExactly("confirmed 7 at 300");
    }

    @Test
    void a_leader_that_votes_itself_out_of_its_term_confirms_nothing() {
        leader.guard.confirm(answers);
        leader.reign = Optional.empty();

        network.deliverAll();

        assertThat(answers.told).containsExactly("refused NO_LEADER");
    }

    @Test
    void a_sole_voter_needs_nobody() {
        leader.leads(TERM, 100, List.of(Set.of(1L)));

        leader.guard.confirm(answers);

        assertThat(answers.told).containsExactly("confirmed 7 at 100");
        assertThat(network.sent).isZero();
    }

    @Test
    void a_malformed_message_is_passed_over() {
        leader.guard.confirm(answers);

        network.listener(1).received(2, ByteBuffer.wrap(new byte[] {1, 1, 1}).position(1));
        network.deliverAll();

        assertThat(answers.told).containsExactly("confirmed 7 at 100");
    }

    private static final class Answers implements LeadershipGuard.ConfirmListener {
        final List<String> told = new ArrayList<>();

        @Override
        public void confirmed(long term, long committedIndex) {
            told.add("confirmed " + term + " at " + committedIndex);
        }

        @Override
        public void refused(ErrorCode code) {
            told.add("refused " + code);
        }
    }

    private static final class Member implements QuorumGuard.Standing {
        final QuorumGuard guard;
        long term;
        long version;
        Optional<QuorumGuard.Reign> reign = Optional.empty();

        Member(long id, PeerNetwork network) {
            guard = new QuorumGuard(id, this, network);
        }

        void leads(long newTerm, long committedIndex, List<Set<Long>> voters) {
            term = newTerm;
            reign = Optional.of(new QuorumGuard.Reign(newTerm, committedIndex, voters, version));
        }

        @Override
        public long currentTerm() {
            return term;
        }

        @Override
        public Optional<QuorumGuard.Reign> reign() {
            return reign;
        }

        @Override
        public ErrorCode refusal() {
            return ErrorCode.NO_LEADER;
        }
    }

    /** Delivers when it is told to. */
    private static final class FakeNetwork {
        private record Wire(long from, long to) {}

        final Map<Long, PeerNetwork.PeerListener> listeners = new HashMap<>();
        final Map<Wire, Deque<byte[]>> wires = new HashMap<>();
        int sent;

        Member join(long id) {
            return new Member(id, new PeerNetwork() {
                @Override
                public boolean send(long to, byte[] message) {
                    sent++;
                    wires.computeIfAbsent(new Wire(id, to), wire -> new ArrayDeque<>())
                            .add(message);
                    return true;
                }

                @Override
                public void listen(Topic topic, PeerListener listener) {
                    listeners.put(id, listener);
                }

                @Override
                public Map<Long, Contact> contacts() {
                    return Map.of();
                }
            });
        }

        void deliver(long from, long to) {
            Deque<byte[]> wire = wires.getOrDefault(new Wire(from, to), new ArrayDeque<>());
            for (byte[] message = wire.poll(); message != null; message = wire.poll()) {
                listener(to).received(from, ByteBuffer.wrap(message).position(1));
            }
        }

        PeerNetwork.PeerListener listener(long id) {
            return Objects.requireNonNull(listeners.get(id));
        }

        void exchange(long from, long to) {
            deliver(from, to);
            deliver(to, from);
        }

        void deliverAll() {
            while (wires.values().stream().anyMatch(wire -> !wire.isEmpty())) {
                List.copyOf(wires.keySet()).forEach(wire -> deliver(wire.from(), wire.to()));
            }
        }

        void lose() {
            wires.clear();
        }
    }
}
