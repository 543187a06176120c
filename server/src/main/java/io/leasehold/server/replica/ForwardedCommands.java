package io.leasehold.server.replica;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.PeerNetwork;
import io.leasehold.statemachine.Proposal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Commands of this member's clients that it has sent to the leader. The leader puts them into the log under their
 * {@link Origin}; this member finds them again when it applies the entry, and answers then. So a client that has its
 * answer reads its own write here, and an answer lost between members loses nothing.
 *
 * <pre>
 *   lane ──send──▶ forwarded ──applied here──▶ answered
 *     ▲                │ ├──refused, never written──┐
 *     │                │ └──a new reign began──▶ "request timed out, possibly due to previous leader failure"
 *     └────────────────┴── back to the lane ◀───────┘
 * </pre>
 *
 * <p>{@link #send} and {@link #forget} are the Proposer's, {@link #take} and {@link #reignBegan} the Applier's,
 * {@link #refused} is for any thread.
 */
final class ForwardedCommands {

    /** Commands on their way at most; more wait in the lane, where too many are refused. */
    private static final int UNDER_WAY_LIMIT = 8_192;

    private final long memberId;
    private final PeerNetwork network;
    private final Lanes lanes;
    private final Map<Long, Sent> sent = new ConcurrentHashMap<>();
    private long lastSequence;

    /** A command on its way, and the term in which it was sent. */
    private record Sent(PendingCommand command, long term) {}

    /**
     * Nothing is forwarded yet.
     *
     * @param firstSequence where to begin counting; far from where any earlier life of this member did
     */
    ForwardedCommands(long memberId, PeerNetwork network, Lanes lanes, long firstSequence) {
        this.memberId = memberId;
        this.network = network;
        this.lanes = lanes;
        this.lastSequence = firstSequence;
    }

    /** Whether more may be sent. */
    boolean hasRoom() {
        return sent.size() < UNDER_WAY_LIMIT;
    }

    /** Sends commands to the leader of a term. */
    void send(long leaderId, long term, List<PendingCommand> commands) {
        List<Long> sequences = new ArrayList<>(commands.size());
        List<Proposal> proposals = new ArrayList<>(commands.size());
        for (PendingCommand command : commands) {
            long sequence = ++lastSequence;
            command.sequence = sequence;
            // Before it is sent: the entry may be applied here before this method returns.
            sent.put(sequence, new Sent(command, term));
            sequences.add(sequence);
            proposals.add(command.proposal);
        }
        if (!network.send(leaderId, PeerMessageCodec.encode(new PeerMessage.Forward(sequences, proposals)))) {
            sequences.forEach(sequence -> refused(sequence, ErrorCode.NOT_LEADER));
        }
    }

    /** The command with that origin, once; null if it is another member's, of an earlier life, or answered. */
    @Nullable
    PendingCommand take(@Nullable Origin origin) {
        if (origin == null || origin.memberId() != memberId) {
            return null;
        }
        Sent found = sent.remove(origin.sequence());
        return found == null ? null : found.command();
    }

    /** A command has been answered otherwise. */
    void forget(PendingCommand command) {
        if (command.sequence != 0) {
            sent.remove(command.sequence);
        }
    }

    /** The leader did not write a command, or cannot tell. What was never written is proposed again. */
    void refused(long sequence, ErrorCode code) {
        Sent found = sent.remove(sequence);
        if (found == null) {
            return;
        }
        if (code == ErrorCode.NO_LEADER || code == ErrorCode.NOT_LEADER) {
            lanes.offerAgain(found.command());
        } else {
            found.command().refuse(code);
        }
    }

    /**
     * The first entry of a reign is applied. What was sent to a leader before it and did not come by now never will, or
     * much later: nobody can tell.
     */
    void reignBegan(long term) {
        sent.forEach((sequence, each) -> {
            if (each.term() < term && sent.remove(sequence, each)) {
                each.command().refuse(ErrorCode.TIMEOUT_LEADER_FAILED);
            }
        });
    }
}
