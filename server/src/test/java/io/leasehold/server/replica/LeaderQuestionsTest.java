package io.leasehold.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.lease.LeaseClock;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.raft.LeadershipGuard;
import io.leasehold.raft.LogListener;
import io.leasehold.raft.LogStatus;
import io.leasehold.raft.PeerNetwork;
import io.leasehold.raft.ReplicatedLog;
import io.leasehold.server.loop.WakeUp;
import io.leasehold.server.replica.lease.LeaseKeeper;
import io.leasehold.server.replica.lease.LeaseKeeperSettings;
import io.leasehold.server.replica.lease.LeaseSurroundings;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LeaderQuestionsTest {
    private static final long SELF = 1;
    private static final long LEADER = 2;

    private final Follower log = new Follower();
    private final List<PeerMessage.Reply> replies = new ArrayList<>();
    private long nowNanos;

    @Test
    void a_question_is_answered_by_its_number() {
        LeaderQuestions questions = questionsFrom(100);
        questions.ask(PeerMessage.Kind.RENEW, 6, replies::add, code -> {});
        questions.turn();

        questions.answered(List.of(new PeerMessage.Answer(onlyNumberAsked(), new PeerMessage.Reply.Renewed(9_000))));
        questions.turn();

        assertThat(replies).containsExactly(new PeerMessage.Reply.Renewed(9_000));
    }

    @Test
    void an_answer_to_what_an_earlier_life_asked_is_not_taken_for_another() {
        LeaderQuestions earlier = questionsFrom(100);
        earlier.ask(PeerMessage.Kind.RENEW, 5, replies::add, code -> {});
        earlier.turn();
        long askedBefore = onlyNumberAsked();
        LeaderQuestions later = questionsFrom(700_000);
        later.ask(PeerMessage.Kind.READ, 0, replies::add, code -> {});
        later.turn();

        later.answered(List.of(new PeerMessage.Answer(askedBefore, new PeerMessage.Reply.Renewed(9_000))));
        later.turn();

        assertThat(replies).isEmpty();
    }

    @Test
    void a_page_is_asked_for_alone_and_asked_for_again_when_the_asked_one_does_not_lead() {
        LeaderQuestions questions = questionsFrom(100);
        List<ByteSequence> pages = new ArrayList<>();
        questions.ask(PeerMessage.Kind.READ, 0, replies::add, code -> {});
        questions.askPage(ByteSequence.utf8("which"), pages::add, code -> {});

        questions.turn();

        assertThat(log.sent).hasSize(2);
        PeerMessage.AskPage asked = (PeerMessage.AskPage) sent(0);
        assertThat(asked.question()).isEqualTo(ByteSequence.utf8("which"));

        questions.answered(List.of(new PeerMessage.Answer(asked.number(), new PeerMessage.Reply.NotLeading())));
        questions.turn();
        nowNanos += Duration.ofMillis(20).toNanos();
        questions.turn();
        PeerMessage.AskPage askedAgain = (PeerMessage.AskPage) sent(2);
        questions.answered(List.of(
                new PeerMessage.Answer(askedAgain.number(), new PeerMessage.Reply.Page(ByteSequence.utf8("page")))));
        questions.turn();

        assertThat(pages).containsExactly(ByteSequence.utf8("page"));
    }

    private PeerMessage sent(int at) {
        return PeerMessageCodec.decode(ByteBuffer.wrap(log.sent.get(at)).position(1));
    }

    private LeaderQuestions questionsFrom(long firstNumber) {
        Lanes lanes = new Lanes(new WakeUp(), 10);
        PendingCommands pending = new PendingCommands(() -> 0, 1_000_000_000L);
        LeaseKeeper keeper = new LeaseKeeper(
                new LeaseSurroundings(log.guard(), new LoggedLeaseProposals(lanes, pending), (index, then) -> {}),
                new LeaseKeeperSettings(Duration.ofSeconds(1)),
                new LeaseClock(0),
                () -> 0);
        LeaderDesk desk = new LeaderDesk(log, lanes, pending, log.guard(), keeper, id -> true);
        return new LeaderQuestions(SELF, log, desk, () -> nowNanos, 1_000_000_000L, firstNumber);
    }

    private long onlyNumberAsked() {
        PeerMessage message =
                PeerMessageCodec.decode(ByteBuffer.wrap(log.sent.getLast()).position(1));
        return ((PeerMessage.Ask) message).questions().getFirst().number();
    }

    /** The log of a member that follows, and its network, which keeps what it is given. */
    private static final class Follower implements ReplicatedLog, PeerNetwork {
        final List<byte[]> sent = new ArrayList<>();

        @Override
        public boolean send(long memberId, byte[] message) {
            return sent.add(message);
        }

        @Override
        public void listen(Topic topic, PeerListener listener) {}

        @Override
        public Map<Long, Contact> contacts() {
            return Map.of();
        }

        @Override
        public PeerNetwork network() {
            return this;
        }

        @Override
        public LogStatus status() {
            return new LogStatus(1, LEADER, false, false, 0, 0);
        }

        @Override
        public void start(LogListener listener, long appliedIndex, long appliedTerm) {}

        @Override
        public void propose(byte[] payload, Object proposal) {}

        @Override
        public void checkpointed(long index, long term) {}

        @Override
        public LeadershipGuard guard() {
            return listener -> {};
        }

        @Override
        public void close() {}
    }
}
