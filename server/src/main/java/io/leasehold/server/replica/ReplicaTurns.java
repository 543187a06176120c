package io.leasehold.server.replica;

import io.leasehold.server.loop.TurnLoop;
import io.leasehold.statemachine.Proposal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A replica without threads: its owners' turns, taken by the caller when and in the order he likes. It is how a
 * simulation runs many members in one thread; the code that runs is the very code that runs in production. Checkpoints
 * are made by the executor that the node was given for them.
 *
 * <p>Belongs to one thread, on which everything here and in the node runs.
 */
public final class ReplicaTurns {
    private final ReplicaNode node;

    private ReplicaTurns(ReplicaNode node) {
        this.node = node;
    }

    /** Starts the node's log, but no thread. The node must not be started otherwise, nor closed. */
    public static ReplicaTurns start(ReplicaNode node) {
        node.startLog();
        return new ReplicaTurns(node);
    }

    /** The commands in an entry of the log, for who watches over replicas; throws as the Applier would. */
    public static List<Proposal> commandsOf(ByteBuffer payload) {
        return EntryPayload.decode(payload).proposals();
    }

    /** Applies entries and answers those who proposed them. */
    public TurnLoop.Turns applier() {
        return node.applierTurns();
    }

    /** Puts commands into the log. */
    public TurnLoop.Turns proposer() {
        return node.proposerTurns();
    }

    /** Renews leases and proposes their end. */
    public TurnLoop.Turns keeper() {
        return node.keeperTurns();
    }

    /** Asks the leader on behalf of this member's clients. */
    public TurnLoop.Turns questions() {
        return node.questionTurns();
    }

    /** Writes segments anew. */
    public TurnLoop.Turns rewriter() {
        return node.rewriterTurns();
    }

    /** Fetches the state of another member when that is needed; a node that exchanges no states has no such owner. */
    public Optional<TurnLoop.Turns> fetch() {
        return node.fetchTurns();
    }

    /** Brings events to watchers. */
    public TurnLoop.Turns watches() {
        return node.watchTurns();
    }
}
