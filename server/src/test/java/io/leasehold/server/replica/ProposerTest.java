package io.leasehold.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.LogStatus;
import io.leasehold.raft.PeerNetwork;
import io.leasehold.raft.Refusal;
import io.leasehold.server.loop.WakeUp;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.Proposal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProposerTest {
    private static final long TIMEOUT_NANOS = 7_000;
    private static final ProposerLimits LIMITS = new ProposerLimits(20, 8, 4_096, 1, TIMEOUT_NANOS);

    private final RecordingLog log = new RecordingLog();
    private final List<String> marks = new ArrayList<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private long nowNanos = 1_000_000;
    private final PendingCommands pending = new PendingCommands(() -> nowNanos, TIMEOUT_NANOS);
    private final Lanes lanes = new Lanes(new WakeUp(), LIMITS.waitingCommands());
    private final Proposer proposer = new Proposer(
            log, new Marks(), new ForwardedCommands(1, PeerNetwork.NOBODY, lanes, 0), lanes, LIMITS, () -> nowNanos);

    @Test
    void nothing_enters_the_log_before_this_member_leads() {
        lanes.offer(put("a"));

        assertThat(proposer.turn()).isFalse();
        assertThat(log.entries).isEmpty();
    }

    @Test
    void the_marker_comes_before_everything_else_of_the_reign() {
        lanes.offer(put("a"));
        lanes.offerInternal(own(new Command.LeaseClear(3, List.of())));

        proposer.lead(own(new Command.LeaderMarker(3, 1)));
        proposer.turn();

        assertThat(log.entries).hasSize(1);
        assertThat(commands(0).get(0)).isInstanceOf(Command.LeaderMarker.class);
        assertThat(commands(0)).hasSize(3);
    }

    /** Found by the simulation: a leader whose marker was refused was never promoted. */
    @Test
    void a_marker_that_the_engine_had_no_room_for_is_proposed_again_before_everything_else() {
        proposer.lead(own(new Command.LeaderMarker(3, 1)));
        proposer.turn();
        lanes.offer(put("a"));

        proposer.refused(log.entries.get(0), Refusal.OVERLOADED);
        proposer.turn();

        assertThat(log.entries).hasSize(2);
        assertThat(commands(1).get(0)).isEqualTo(new Command.LeaderMarker(3, 1));
        assertThat(commands(1)).hasSize(2);
    }

    @Test
    void a_marker_that_comes_back_when_the_reign_is_over_is_not_proposed_again() {
        proposer.lead(own(new Command.LeaderMarker(3, 1)));
        proposer.turn();

        proposer.follow(3);
        proposer.refused(log.entries.get(0), Refusal.NOT_LEADER);
        proposer.lead(own(new Command.LeaderMarker(5, 1)));
        proposer.turn();

        assertThat(commands(1)).containsExactly(new Command.LeaderMarker(5, 1));
    }

    /** Found by the simulation: it silenced the new reign for good. */
    @Test
    void late_news_of_an_earlier_reigns_end_does_not_end_the_present_one() {
        proposer.lead(own(new Command.LeaderMarker(3, 1)));

        proposer.follow(2);

        assertThat(proposer.turn()).isTrue();
        assertThat(commands(0)).containsExactly(new Command.LeaderMarker(3, 1));
    }

    @Test
    void commands_gather_while_an_entry_is_in_flight() {
        lead();
        lanes.offer(put("a"));
        proposer.turn();
        lanes.offer(put("b"));
        lanes.offer(put("c"));

        assertThat(proposer.turn()).isFalse();
        proposer.entryDone(log.entries.getLast());
        assertThat(proposer.turn()).isTrue();

        assertThat(log.entries).hasSize(2);
        assertThat(commands(1)).hasSize(2);
    }

    @Test
    void the_leaders_own_commands_take_at_most_half_an_entry_while_clients_wait() {
        lead();
        for (int i = 0; i < 10; i++) {
            lanes.offerInternal(own(new Command.LeaseClear(1, List.of())));
            lanes.offer(put("k" + i));
        }

        proposer.turn();

        assertThat(commands(0)).hasSize(8);
        assertThat(commands(0)).filteredOn(Command.LeaseClear.class::isInstance).hasSize(4);
    }

    @Test
    void an_entry_ends_leases_at_most_once() {
        lead();
        lanes.offerInternal(own(new Command.LeaseExpire(1, List.of())));
        lanes.offerInternal(own(new Command.LeaseExpire(1, List.of())));
        lanes.offer(put("a"));

        proposer.turn();

        assertThat(commands(0)).hasSize(2);
        assertThat(commands(0))
                .filteredOn(Command.LeaseExpire.class::isInstance)
                .hasSize(1);
    }

    @Test
    void a_command_that_does_not_fit_goes_first_into_the_next_entry() {
        lead();
        lanes.offer(put("a", 3_000));
        lanes.offer(put("b", 3_000));
        lanes.offer(put("c"));

        proposer.turn();
        proposer.entryDone(log.entries.getLast());
        proposer.turn();

        assertThat(keys(0)).containsExactly("a");
        assertThat(keys(1)).containsExactly("b", "c");
    }

    @Test
    void a_command_larger_than_an_entry_goes_alone() {
        lead();
        lanes.offer(put("big", 10_000));
        lanes.offer(put("b"));

        proposer.turn();

        assertThat(keys(0)).containsExactly("big");
    }

    @Test
    void one_command_too_many_is_refused_at_once() {
        for (int i = 0; i <= LIMITS.waitingCommands(); i++) {
            lanes.offer(put("k" + i));
        }

        assertThat(outcomes).containsExactly(new Outcome.Refused(ErrorCode.TOO_MANY_REQUESTS));
    }

    @Test
    void what_no_leader_takes_runs_out_of_time_as_in_etcd() {
        lanes.offer(put("a"));
        nowNanos += TIMEOUT_NANOS;

        proposer.turn();

        assertThat(outcomes).containsExactly(new Outcome.Refused(ErrorCode.DEADLINE_EXCEEDED));
    }

    @Test
    void what_the_log_does_not_answer_in_time_has_an_unknown_outcome() {
        lead();
        lanes.offer(put("a"));
        proposer.turn();
        nowNanos += TIMEOUT_NANOS - 1;
        proposer.turn();
        assertThat(outcomes).isEmpty();

        nowNanos += 1;
        proposer.turn();

        assertThat(outcomes).containsExactly(new Outcome.Refused(ErrorCode.TIMEOUT));
    }

    @Test
    void a_revoke_is_marked_before_its_entry_is_proposed_and_unmarked_when_the_log_certainly_has_none_of_it() {
        lead();
        lanes.offer(pending.of(Proposal.of(new Command.LeaseRevoke(7)), Runnable::run, outcomes::add));

        proposer.turn();
        assertThat(marks).containsExactly("proposed 7 before entry 0");

        proposer.refused(log.entries.get(0), Refusal.NOT_LEADER);
        assertThat(marks).containsExactly("proposed 7 before entry 0", "settled 7");
        assertThat(outcomes).isEmpty();
    }

    /** As when a member that was alone gets its first companion: for a moment its log has no leader. */
    @Test
    void what_the_log_took_no_more_since_this_member_does_not_lead_waits_for_the_next_leader() {
        lead();
        lanes.offer(put("a"));
        proposer.turn();

        proposer.refused(log.entries.get(0), Refusal.NOT_LEADER);
        assertThat(outcomes).isEmpty();

        // The pause is longer than what these commands wait.
        lanes.letInAgain(Long.MAX_VALUE);
        proposer.turn();
        assertThat(commands(1)).containsExactlyElementsOf(commands(0));
    }

    @Test
    void another_members_command_waits_for_the_first_entry_of_a_leader_that_was_just_elected() {
        lanes.offer(foreignPut("a"));
        log.status = new LogStatus(2, 1, true, false, 0, 0);
        proposer.turn();
        assertThat(outcomes).isEmpty();

        proposer.lead(own(new Command.LeaderMarker(2, 1)));
        proposer.turn();

        assertThat(commands(0)).hasSize(2).first().isEqualTo(new Command.LeaderMarker(2, 1));
    }

    @Test
    void another_members_command_goes_back_while_nobody_leads() {
        lanes.offer(foreignPut("a"));

        proposer.turn();

        assertThat(outcomes).containsExactly(new Outcome.Refused(ErrorCode.NOT_LEADER));
    }

    @Test
    void another_members_command_that_the_log_did_not_take_goes_back_to_that_member() {
        lead();
        lanes.offer(foreignPut("a"));
        proposer.turn();

        proposer.refused(log.entries.get(0), Refusal.NOT_LEADER);

        assertThat(outcomes).containsExactly(new Outcome.Refused(ErrorCode.NO_LEADER));
    }

    @Test
    void a_revoke_whose_fate_is_unknown_keeps_its_mark() {
        lead();
        lanes.offer(pending.of(Proposal.of(new Command.LeaseRevoke(7)), Runnable::run, outcomes::add));
        proposer.turn();

        proposer.refused(log.entries.get(0), Refusal.LEADER_CHANGED);

        assertThat(marks).containsExactly("proposed 7 before entry 0", "lost 7");
    }

    @Test
    void stopping_answers_everyone_once() {
        lead();
        lanes.offer(put("a"));
        proposer.turn();
        lanes.offer(put("b"));

        proposer.refuseAll(ErrorCode.STOPPED);
        proposer.refuseAll(ErrorCode.STOPPED);

        assertThat(outcomes)
                .containsExactly(new Outcome.Refused(ErrorCode.STOPPED), new Outcome.Refused(ErrorCode.STOPPED));
    }

    /** Leads, with the marker out of the way. */
    private void lead() {
        proposer.lead(own(new Command.LeaderMarker(1, 1)));
        proposer.turn();
        proposer.entryDone(log.entries.getLast());
        log.entries.clear();
    }

    private PendingCommand put(String key) {
        return put(key, 1);
    }

    private PendingCommand put(String key, int valueLength) {
        Command.Put put = Command.Put.of(ByteSequence.utf8(key), ByteSequence.wrap(new byte[valueLength]));
        return pending.of(Proposal.of(put), Runnable::run, outcomes::add);
    }

    private PendingCommand foreignPut(String key) {
        return pending.forwarded(put(key).proposal, new Origin(2, 1), outcomes::add);
    }

    private PendingCommand own(Command command) {
        return pending.own(command, outcome -> {});
    }

    private List<Command> commands(int entry) {
        return log.entries.get(entry).commands().stream()
                .map(PendingCommand::command)
                .toList();
    }

    private List<String> keys(int entry) {
        return commands(entry).stream()
                .map(command -> ((Command.Put) command).key().toUtf8())
                .toList();
    }

    private final class Marks implements Proposer.RevokeMarks {
        @Override
        public void revokeProposed(long leaseId) {
            marks.add("proposed " + leaseId + " before entry " + log.entries.size());
        }

        @Override
        public void revokeSettled(long leaseId) {
            marks.add("settled " + leaseId);
        }

        @Override
        public void revokeLost(long leaseId) {
            marks.add("lost " + leaseId);
        }
    }
}
