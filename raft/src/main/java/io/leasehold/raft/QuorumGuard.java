package io.leasehold.raft;

import io.leasehold.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Confirms leadership by asking a majority of the voters which term they are in. A leader of a later term needs the votes
 * of a majority, and a voter is in that term from its vote on; so when a majority still names our term after the question
 * was put, nobody else can have led before it. No clock is involved, and a pause of any length anywhere does no harm.
 *
 * <pre>
 *   confirm() ──▶ waiting ──begin──▶ round under way ──majority──▶ confirmed
 *                    ▲                    │
 *                    └── later questions  └── another term, leadership lost, voters changed ──▶ refused
 * </pre>
 *
 * <p>One round is under way and one waits: a question never joins a round that has begun. Messages that are lost are sent
 * again at a {@link #tick}, within their round. Any thread; listeners run outside the lock.
 */
public final class QuorumGuard implements LeadershipGuard {

    /** Ticks after which a round without majority is given up: the leader of a minority steps down long before. */
    private static final int ROUND_TICKS_LIMIT = 100;

    /** Ids of one reign: at 10,000 rounds a second enough for years. */
    private static final int ROUND_BITS = 40;

    private static final byte ASK = 0;
    private static final byte ANSWER = 1;
    private static final int MESSAGE_BYTES = 2 + 2 * Long.BYTES;

    /** What the guard must know of the log. Any thread, cheap. */
    public interface Standing {

        /** The newest term this member has heard of. */
        long currentTerm();

        /** This member's reign, if it believes to lead and has everything of earlier terms. */
        Optional<Reign> reign();

        /** Why there is no reign. */
        ErrorCode refusal();
    }

    /**
     * A leadership as its holder sees it.
     *
     * @param committedIndex newest entry known to be committed
     * @param voters the voters; during a change of members those of before and those of after, each of which must agree
     * @param version changes whenever the voters do
     */
    public record Reign(long term, long committedIndex, List<Set<Long>> voters, long version) {
        /** Copies the voters. */
        public Reign {
            voters = List.copyOf(voters);
        }
    }

    /** A round under way. */
    private static final class Round {
        final long id;
        final Reign reign;
        final List<ConfirmListener> listeners;
        final Set<Long> agreed = new HashSet<>();
        int ticks;

        Round(long id, Reign reign, List<ConfirmListener> listeners) {
            this.id = id;
            this.reign = reign;
            this.listeners = listeners;
        }

        boolean hasMajority() {
            return reign.voters().stream()
                    .allMatch(voters ->
                            2 * voters.stream().filter(agreed::contains).count() > voters.size());
        }
    }

    private final long memberId;
    private final Standing standing;
    private final PeerNetwork network;
    private final Object lock = new Object();

    /** Guarded by the lock, as all that follows. */
    private List<ConfirmListener> waiting = new ArrayList<>();

    private @Nullable Round round;
    private long lastRoundId;

    /**
     * A guard that answers other members' questions from now on.
     *
     * @param memberId this member
     * @param standing what the log says
     * @param network carries the questions
     */
    public QuorumGuard(long memberId, Standing standing, PeerNetwork network) {
        this.memberId = memberId;
        this.standing = standing;
        this.network = network;
        network.listen(PeerNetwork.Topic.GUARD, this::received);
    }

    @Override
    public void confirm(ConfirmListener listener) {
        Runnable answers;
        synchronized (lock) {
            waiting.add(listener);
            answers = round == null ? begin() : () -> {};
        }
        answers.run();
    }

    /** Looks whether the round still makes sense and asks again whom it still lacks. About ten times a second. */
    public void tick() {
        Runnable answers = () -> {};
        synchronized (lock) {
            Round running = round;
            if (running == null) {
                return;
            }
            running.ticks++;
            if (!isStillValid(running)) {
                answers = end(withdrawing(running));
            } else if (running.ticks > ROUND_TICKS_LIMIT) {
                answers = end(refusing(running.listeners, ErrorCode.TIMEOUT));
            } else {
                ask(running);
            }
        }
        answers.run();
    }

    /** Begins a round for all that wait; under the lock. Returns what is to be done outside of it. */
    private Runnable begin() {
        if (waiting.isEmpty()) {
            return () -> {};
        }
        List<ConfirmListener> listeners = waiting;
        waiting = new ArrayList<>();
        Optional<Reign> reign = standing.reign();
        if (reign.isEmpty()) {
            return refusing(listeners, standing.refusal());
        }
        // Above all ids of earlier reigns, those of earlier lives of this member included: a voter may answer one of
        // their questions only now, in our term, and that would prove nothing about a round begun since.
        lastRoundId = Math.max(lastRoundId, reign.get().term() << ROUND_BITS) + 1;
        Round begun = new Round(lastRoundId, reign.get(), listeners);
        begun.agreed.add(memberId);
        if (begun.hasMajority()) {
            return confirming(begun);
        }
        round = begun;
        ask(begun);
        return () -> {};
    }

    /** Ends the round under way and begins the next; under the lock. */
    private Runnable end(Runnable answers) {
        round = null;
        Runnable next = begin();
        return () -> {
            answers.run();
            next.run();
        };
    }

    private void ask(Round asking) {
        byte[] question = message(ASK, asking.id, asking.reign.term());
        Set<Long> asked = new HashSet<>();
        for (Set<Long> voters : asking.reign.voters()) {
            for (long voter : voters) {
                if (!asking.agreed.contains(voter) && asked.add(voter)) {
                    network.send(voter, question);
                }
            }
        }
    }

    private void received(long from, ByteBuffer message) {
        if (message.remaining() != MESSAGE_BYTES - 1) {
            return;
        }
        byte kind = message.get();
        long id = message.getLong();
        long term = message.getLong();
        if (kind == ASK) {
            // Read now, after the question came.
            network.send(from, message(ANSWER, id, standing.currentTerm()));
        } else if (kind == ANSWER) {
            answered(from, id, term);
        }
    }

    private void answered(long from, long id, long term) {
        Runnable answers;
        synchronized (lock) {
            Round running = round;
            if (running == null || running.id != id) {
                return;
            }
            if (term > running.reign.term()) {
                answers = end(refusing(running.listeners, ErrorCode.NOT_LEADER));
            } else if (term == running.reign.term() && running.agreed.add(from) && running.hasMajority()) {
                answers = end(isStillValid(running) ? confirming(running) : withdrawing(running));
            } else {
                return;
            }
        }
        answers.run();
    }

    /** Whether this member, a voter too, has not left the term, and the voters asked are still those that count. */
    private boolean isStillValid(Round running) {
        Reign begun = running.reign;
        return standing.reign()
                .filter(now -> now.term() == begun.term() && now.version() == begun.version())
                .isPresent();
    }

    /** A round that counts no more: when only the voters have changed, its questions are put again; under the lock. */
    private Runnable withdrawing(Round stale) {
        if (standing.reign().filter(now -> now.term() == stale.reign.term()).isPresent()) {
            waiting.addAll(0, stale.listeners);
            return () -> {};
        }
        return refusing(stale.listeners, standing.refusal());
    }

    private static Runnable confirming(Round confirmed) {
        Reign reign = confirmed.reign;
        return () -> confirmed.listeners.forEach(listener -> listener.confirmed(reign.term(), reign.committedIndex()));
    }

    private static Runnable refusing(List<ConfirmListener> listeners, ErrorCode code) {
        return () -> listeners.forEach(listener -> listener.refused(code));
    }

    private static byte[] message(byte kind, long id, long term) {
        return ByteBuffer.allocate(MESSAGE_BYTES)
                .put(PeerNetwork.Topic.GUARD.code())
                .put(kind)
                .putLong(id)
                .putLong(term)
                .array();
    }
}
