package io.leasehold.server.replica;

import io.leasehold.raft.PeerNetwork;
import java.nio.ByteBuffer;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears what other members say on behalf of their clients, and gives it to whoever it is for. Threads of the network. */
final class PeerRequests implements PeerNetwork.PeerListener {
    private static final Logger LOGGER = LoggerFactory.getLogger(PeerRequests.class);

    private final LeaderDesk desk;
    private final ForwardedCommands forwarded;
    private final LeaderQuestions questions;

    PeerRequests(LeaderDesk desk, ForwardedCommands forwarded, LeaderQuestions questions) {
        this.desk = desk;
        this.forwarded = forwarded;
        this.questions = questions;
    }

    @Override
    public void received(long fromMemberId, ByteBuffer message) {
        PeerMessage decoded;
        try {
            decoded = PeerMessageCodec.decode(message);
        } catch (RuntimeException malformed) {
            // Of a newer release, perhaps: whoever sent it will find no answer.
            LOGGER.warn("cannot read a message of member={}", Long.toHexString(fromMemberId), malformed);
            return;
        }
        switch (decoded) {
            case PeerMessage.Forward forward -> desk.take(fromMemberId, forward);
            case PeerMessage.Refused refused -> forwarded.refused(refused.sequence(), refused.code());
            case PeerMessage.Ask ask -> desk.ask(fromMemberId, ask);
            case PeerMessage.Answers answers -> questions.answered(answers.answers());
            case PeerMessage.AskPage ask -> desk.askPage(fromMemberId, ask);
            case PeerMessage.GivePage give ->
                questions.answered(
                        List.of(new PeerMessage.Answer(give.number(), new PeerMessage.Reply.Page(give.page()))));
        }
    }
}
