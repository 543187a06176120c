package io.leasehold.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.server.loop.WakeUp;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.EntryCodec;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.Proposal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What travels between members on behalf of clients, and what becomes of a command that was forwarded. */
class ForwardingTest {

    private final List<Outcome> outcomes = new ArrayList<>();
    private final PendingCommands pending = new PendingCommands(() -> 0, 1);

    @Test
    void an_entry_without_forwarded_commands_is_as_it_always_was() {
        PendingCommand own = put("k");

        byte[] payload = EntryPayload.encode(List.of(own));

        assertThat(payload).isEqualTo(EntryCodec.encode(List.of(own.proposal)));
        assertThat(EntryPayload.decode(ByteBuffer.wrap(payload)).origin(0)).isNull();
    }

    @Test
    void origins_come_back_at_the_places_of_their_commands() {
        PendingCommand forwarded = pending.forwarded(put("f").proposal, new Origin(7, -3), outcomes::add);

        EntryPayload decoded =
                EntryPayload.decode(ByteBuffer.wrap(EntryPayload.encode(List.of(put("a"), forwarded, put("b")))));

        assertThat(decoded.proposals()).hasSize(3);
        assertThat(decoded.origin(0)).isNull();
        assertThat(decoded.origin(1)).isEqualTo(new Origin(7, -3));
        assertThat(decoded.origin(2)).isNull();
    }

    @Test
    void messages_survive_their_encoding() {
        Proposal proposal = put("k").proposal;
        for (PeerMessage message : List.of(
                new PeerMessage.Forward(List.of(5L), List.of(proposal)),
                new PeerMessage.Refused(-9, ErrorCode.TOO_MANY_REQUESTS),
                new PeerMessage.Ask(List.of(
                        new PeerMessage.Question(1, PeerMessage.Kind.READ, 0),
                        new PeerMessage.Question(2, PeerMessage.Kind.RENEW, 77),
                        new PeerMessage.Question(3, PeerMessage.Kind.LEVEL, -1))),
                new PeerMessage.AskPage(4, ByteSequence.utf8("which")),
                new PeerMessage.GivePage(4, ByteSequence.utf8("page")),
                new PeerMessage.Answers(List.of(
                        new PeerMessage.Answer(1, new PeerMessage.Reply.ReadAt(12)),
                        new PeerMessage.Answer(2, new PeerMessage.Reply.Renewed(5_000)),
                        new PeerMessage.Answer(3, new PeerMessage.Reply.Level(true)),
                        new PeerMessage.Answer(4, new PeerMessage.Reply.Remaining(3, 9)),
                        new PeerMessage.Answer(5, new PeerMessage.Reply.UnknownLease()),
                        new PeerMessage.Answer(6, new PeerMessage.Reply.NotLeading()))))) {
            byte[] encoded = PeerMessageCodec.encode(message);

            assertThat(PeerMessageCodec.decode(ByteBuffer.wrap(encoded).position(1)))
                    .isEqualTo(message);
        }
    }

    @Test
    void the_pieces_of_a_state_survive_their_encoding() {
        StateMessage image = new StateMessage.Image(3, Map.of("segments/a b", 17L));

        assertThat(StateMessage.decode(
                        ByteBuffer.wrap(StateMessage.encode(image)).position(1)))
                .isEqualTo(image);
        assertThat(StateMessage.decode(ByteBuffer.wrap(StateMessage.encode(new StateMessage.Read(3, 1, 99)))
                        .position(1)))
                .isEqualTo(new StateMessage.Read(3, 1, 99));
    }

    @Test
    void a_forwarded_command_is_found_once_and_by_its_own_member_alone() {
        Lanes lanes = new Lanes(new WakeUp(), 10);
        List<byte[]> sent = new ArrayList<>();
        ForwardedCommands forwarded = new ForwardedCommands(1, new OneWay(sent, true), lanes, 100);
        PendingCommand command = put("k");

        forwarded.send(2, 5, List.of(command));

        assertThat(sent).hasSize(1);
        assertThat(forwarded.take(new Origin(2, 101))).isNull();
        assertThat(forwarded.take(new Origin(1, 101))).isSameAs(command);
        assertThat(forwarded.take(new Origin(1, 101))).isNull();
    }

    @Test
    void a_command_that_was_never_written_waits_for_another_leader() {
        Lanes lanes = new Lanes(new WakeUp(), 10);
        ForwardedCommands forwarded = new ForwardedCommands(1, new OneWay(new ArrayList<>(), true), lanes, 0);
        forwarded.send(2, 5, List.of(put("k")));

        forwarded.refused(1, ErrorCode.NOT_LEADER);

        assertThat(outcomes).isEmpty();
        assertThat(lanes.waiting()).isEqualTo(1);
    }

    @Test
    void a_command_that_could_not_be_sent_waits_too() {
        Lanes lanes = new Lanes(new WakeUp(), 10);

        new ForwardedCommands(1, new OneWay(new ArrayList<>(), false), lanes, 0).send(2, 5, List.of(put("k")));

        assertThat(lanes.waiting()).isEqualTo(1);
    }

    @Test
    void a_new_reign_ends_the_wait_for_what_was_sent_before_it() {
        Lanes lanes = new Lanes(new WakeUp(), 10);
        ForwardedCommands forwarded = new ForwardedCommands(1, new OneWay(new ArrayList<>(), true), lanes, 0);
        forwarded.send(2, 5, List.of(put("before")));
        forwarded.send(3, 6, List.of(put("in it")));

        forwarded.reignBegan(6);

        assertThat(outcomes).containsExactly(new Outcome.Refused(ErrorCode.TIMEOUT_LEADER_FAILED));
        assertThat(forwarded.take(new Origin(1, 2))).isNotNull();
    }

    private PendingCommand put(String key) {
        Proposal proposal = Proposal.of(Command.Put.of(ByteSequence.utf8(key), ByteSequence.utf8("v")));
        return pending.of(proposal, Runnable::run, outcomes::add);
    }

    /** Takes messages, or does not. */
    private record OneWay(List<byte[]> sent, boolean open) implements io.leasehold.raft.PeerNetwork {
        @Override
        public boolean send(long memberId, byte[] message) {
            if (open) {
                sent.add(message);
            }
            return open;
        }

        @Override
        public void listen(Topic topic, PeerListener listener) {}

        @Override
        public Map<Long, Contact> contacts() {
            return Map.of();
        }
    }
}
