package io.leasehold.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.RecordingListener.Committed;
import io.leasehold.raft.RecordingListener.Heard;
import io.leasehold.raft.RecordingListener.Internal;
import io.leasehold.raft.RecordingListener.Ready;
import io.leasehold.raft.RecordingListener.Refused;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the rest of the server relies on, whichever engine is behind the seam. A cluster of one. */
public abstract class ReplicatedLogContract {

    private static final int ENTRIES = 50;

    private final RecordingListener listener = new RecordingListener();
    private ReplicatedLog log = new ClosedLog();

    /** A log that is not started, over what the log before it in the same test left behind. */
    protected abstract ReplicatedLog open();

    /** The id of the only member. */
    protected abstract long memberId();

    /** The longest payload it was configured for, in bytes. */
    protected abstract int maxPayloadBytes();

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void it_is_ready_once_an_entry_of_its_own_term_has_passed() {
        begin(listener, 0, 0);

        Ready ready = listener.await(Ready.class);

        List<Heard> before = listener.all().subList(0, listener.all().indexOf(ready));
        assertThat(before).contains(new Internal(1, ready.term()));
        assertThat(listener.all(Committed.class)).isEmpty();
    }

    @Test
    void entries_come_back_in_order_without_gaps_with_the_objects_given() {
        beginReady();
        List<Object> proposals = new ArrayList<>();
        for (int i = 0; i < ENTRIES; i++) {
            Object proposal = new Object();
            proposals.add(proposal);
            log.propose(payload(i), proposal);
        }

        awaitPayload(listener, ENTRIES - 1);

        List<Committed> committed = listener.all(Committed.class);
        assertThat(committed).hasSize(ENTRIES);
        for (int i = 0; i < ENTRIES; i++) {
            assertThat(committed.get(i).payload()).isEqualTo("entry " + i);
            assertThat(committed.get(i).proposal()).isSameAs(proposals.get(i));
            assertThat(committed.get(i).index()).isEqualTo(2 + i);
        }
        assertThat(listener.all(Refused.class)).isEmpty();
    }

    @Test
    void a_restart_replays_what_lies_behind_the_applied_state_without_objects() {
        Ready before = beginReady();
        proposeAll();
        log.close();
        RecordingListener again = new RecordingListener();

        begin(again, 11, before.term());

        Ready after = again.await(Ready.class);
        assertThat(after.term()).isGreaterThan(before.term());
        List<Committed> replayed = again.all(Committed.class);
        assertThat(replayed).hasSize(ENTRIES - 10).allMatch(entry -> entry.proposal() == null);
        assertThat(replayed.getFirst().index()).isEqualTo(12);
        assertThat(replayed.getFirst().payload()).isEqualTo("entry 10");
        assertThat(again.all()).containsSubsequence(replayed.getLast(), new Internal(ENTRIES + 2, after.term()), after);
    }

    @Test
    void a_restart_with_nothing_applied_replays_everything() {
        beginReady();
        proposeAll();
        log.close();
        RecordingListener again = new RecordingListener();

        begin(again, 0, 0);

        again.await(Ready.class);
        assertThat(again.all(Committed.class))
                .extracting(Committed::payload)
                .hasSize(ENTRIES)
                .first()
                .isEqualTo("entry 0");
        assertThat(again.all(Internal.class)).first().isEqualTo(new Internal(1, 1));
    }

    @Test
    void a_restart_behind_the_older_of_two_checkpoints_is_possible() {
        Ready ready = beginReady();
        proposeAll();
        log.checkpointed(20, ready.term());
        log.checkpointed(40, ready.term());
        log.close();
        RecordingListener again = new RecordingListener();

        begin(again, 20, ready.term());

        again.await(Ready.class);
        assertThat(again.all(Committed.class))
                .first()
                .extracting(Committed::index)
                .isEqualTo(21L);
    }

    @Test
    void a_state_that_is_ahead_of_the_log_is_refused() {
        Ready ready = beginReady();
        proposeAll();
        log.close();
        log = open();

        assertThatThrownBy(() -> log.start(new RecordingListener(), 1_000, ready.term()))
                .isInstanceOfSatisfying(LogGapException.class, gap -> assertThat(gap.appliedIndex())
                        .isEqualTo(1_000));
    }

    @Test
    void a_payload_of_the_full_length_is_taken_and_a_longer_one_refused_without_harm() {
        beginReady();

        log.propose(new byte[maxPayloadBytes() + 1], "too long");
        log.propose(new byte[maxPayloadBytes()], "longest");
        log.propose(payload(0), "short");

        awaitPayload(listener, 0);
        assertThat(listener.all(Refused.class)).containsExactly(new Refused("too long", Refusal.TOO_LARGE));
        assertThat(listener.all(Committed.class))
                .extracting(Committed::proposal)
                .containsExactly("longest", "short");
    }

    @Test
    void an_empty_payload_comes_back_empty() {
        beginReady();

        log.propose(new byte[0], "empty");

        assertThat(listener.await(Committed.class)).isEqualTo(new Committed(2, 1, "", "empty"));
    }

    @Test
    void the_guard_confirms_a_ready_leader_at_everything_acknowledged() {
        Ready ready = beginReady();
        proposeAll();

        List<String> answers = new ArrayList<>();
        log.guard().confirm(noting(answers));

        assertThat(answers).containsExactly("term " + ready.term() + " index " + (ENTRIES + 1));
    }

    @Test
    void the_guard_of_a_log_that_does_not_run_refuses() {
        log = open();
        List<String> answers = new ArrayList<>();
        LeadershipGuard guard = log.guard();

        guard.confirm(noting(answers));
        log.start(listener, 0, 0);
        listener.await(Ready.class);
        log.close();
        guard.confirm(noting(answers));

        assertThat(answers).containsExactly("STOPPED", "STOPPED");
    }

    @Test
    void the_status_of_a_leader_tells_so() {
        Ready ready = beginReady();
        proposeAll();

        assertThat(log.status())
                .isEqualTo(new LogStatus(ready.term(), memberId(), true, true, ENTRIES + 1, ENTRIES + 1));
        log.close();
        assertThat(log.status()).isEqualTo(LogStatus.STOPPED);
    }

    @Test
    void the_leader_is_told_of() {
        beginReady();

        assertThat(listener.await(RecordingListener.Changed.class).leaderId()).isEqualTo(memberId());
    }

    @Test
    void a_proposal_after_the_end_is_refused() {
        beginReady();
        log.close();
        log.close();

        log.propose(payload(0), "late");

        assertThat(listener.await(Refused.class)).isEqualTo(new Refused("late", Refusal.STOPPED));
    }

    @Test
    void each_proposal_gets_one_answer_when_the_log_is_closed_under_load() {
        Ready ready = beginReady();
        for (int i = 0; i < ENTRIES; i++) {
            log.propose(payload(i), i);
        }

        log.close();

        List<Object> answered = new ArrayList<>();
        listener.all(Committed.class).stream()
                .map(Committed::proposal)
                .filter(Objects::nonNull)
                .forEach(answered::add);
        listener.all(Refused.class).forEach(refused -> answered.add(refused.proposal()));
        assertThat(answered).doesNotHaveDuplicates().hasSize(ENTRIES);
        RecordingListener again = new RecordingListener();
        begin(again, 0, 0);
        again.await(Ready.class, one -> one.term() > ready.term());
        assertThat(again.all(Committed.class))
                .hasSizeGreaterThanOrEqualTo(listener.all(Committed.class).size());
    }

    @Test
    void a_log_starts_once() {
        beginReady();

        assertThatThrownBy(() -> log.start(new RecordingListener(), 0, 0)).isInstanceOf(IllegalStateException.class);
    }

    private Ready beginReady() {
        begin(listener, 0, 0);
        return listener.await(Ready.class);
    }

    private void begin(RecordingListener with, long appliedIndex, long appliedTerm) {
        log = open();
        log.start(with, appliedIndex, appliedTerm);
    }

    private void proposeAll() {
        for (int i = 0; i < ENTRIES; i++) {
            log.propose(payload(i), i);
        }
        awaitPayload(listener, ENTRIES - 1);
    }

    private static void awaitPayload(RecordingListener in, int number) {
        in.await(Committed.class, entry -> entry.payload().equals("entry " + number));
    }

    private static byte[] payload(int number) {
        return ("entry " + number).getBytes(StandardCharsets.UTF_8);
    }

    private static LeadershipGuard.ConfirmListener noting(List<String> answers) {
        return new LeadershipGuard.ConfirmListener() {
            @Override
            public void confirmed(long term, long committedIndex) {
                answers.add("term " + term + " index " + committedIndex);
            }

            @Override
            public void refused(ErrorCode code) {
                answers.add(code.name());
            }
        };
    }

    /** Stands for a log before the test has opened one. */
    private static final class ClosedLog implements ReplicatedLog {
        @Override
        public void start(LogListener listener, long appliedIndex, long appliedTerm) {
            throw new IllegalStateException();
        }

        @Override
        public void propose(byte[] payload, Object proposal) {
            throw new IllegalStateException();
        }

        @Override
        public LogStatus status() {
            return LogStatus.STOPPED;
        }

        @Override
        public void checkpointed(long index, long term) {
            throw new IllegalStateException();
        }

        @Override
        public LeadershipGuard guard() {
            throw new IllegalStateException();
        }

        @Override
        public void close() {}
    }
}
