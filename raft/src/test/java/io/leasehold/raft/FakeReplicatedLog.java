package io.leasehold.raft;

import io.leasehold.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log in memory for the tests of those who write to one: it elects, commits, refuses and forgets when it is told to, and
 * calls the listener from within that call. One thread; nothing happens by itself, unless it is made {@link #selfDriven}.
 */
public final class FakeReplicatedLog implements ReplicatedLog {

    /** Longest payload it takes, in bytes. */
    public static final int MAX_PAYLOAD_BYTES = 1 << 20;

    /** The engine's own entries have no payload. */
    private record Entry(long term, @Nullable ByteBuffer payload, @Nullable Object proposal) {}

    private final long memberId;
    private final boolean selfDriven;
    /** Entry number n stands at n - 1; survives a restart. */
    private final List<Entry> entries;

    private final Deque<LeadershipGuard.ConfirmListener> heldConfirmations = new ArrayDeque<>();
    private final Deque<Refusal> nextRefusals = new ArrayDeque<>();
    private final List<Long> checkpoints = new ArrayList<>();
    private @Nullable LogListener listener;
    private long term;
    private long leaderId;
    private long committedIndex;
    private long ownTermIndex;
    private boolean ready;
    private boolean holdConfirmations;
    private boolean closed;

    private FakeReplicatedLog(long memberId, boolean selfDriven, List<Entry> entries) {
        this.memberId = memberId;
        this.selfDriven = selfDriven;
        this.entries = entries;
    }

    /** An empty log that does nothing by itself. */
    public static FakeReplicatedLog of(long memberId) {
        return new FakeReplicatedLog(memberId, false, new ArrayList<>());
    }

    /** An empty log that leads as soon as it is started and commits whatever is proposed at once. */
    public static FakeReplicatedLog selfDriven(long memberId) {
        return new FakeReplicatedLog(memberId, true, new ArrayList<>());
    }

    /** A log over the same entries as this one, not started: the process died and came back. */
    public FakeReplicatedLog restarted() {
        closed = true;
        List<Entry> kept = new ArrayList<>();
        entries.forEach(entry -> kept.add(new Entry(entry.term(), entry.payload(), null)));
        return new FakeReplicatedLog(memberId, selfDriven, kept);
    }

    @Override
    public void start(LogListener newListener, long appliedIndex, long appliedTerm) {
        if (listener != null) {
            throw new IllegalStateException("the log was started before");
        }
        if (appliedIndex > entries.size()) {
            throw new LogGapException(appliedIndex, "the log ends at entry " + entries.size());
        }
        listener = newListener;
        committedIndex = appliedIndex;
        term = entries.isEmpty() ? 0 : entries.getLast().term();
        if (selfDriven) {
            becomeLeader();
        }
    }

    @Override
    public void propose(byte[] payload, Object proposal) {
        Refusal refusal = nextRefusals.poll();
        if (closed) {
            require().refused(proposal, Refusal.STOPPED);
        } else if (payload.length > MAX_PAYLOAD_BYTES) {
            require().refused(proposal, Refusal.TOO_LARGE);
        } else if (refusal != null) {
            require().refused(proposal, refusal);
        } else if (leaderId != memberId) {
            require().refused(proposal, Refusal.NOT_LEADER);
        } else {
            append(payload, proposal);
        }
    }

    @Override
    public LogStatus status() {
        return closed || listener == null
                ? LogStatus.STOPPED
                : new LogStatus(term, leaderId, leads(), ready, committedIndex, entries.size());
    }

    @Override
    public void checkpointed(long index, long checkpointTerm) {
        checkpoints.add(index);
    }

    /** Leads: confirmed; does not: refused; both at once, unless {@link #holdConfirmations} was called. */
    @Override
    public LeadershipGuard guard() {
        return asking -> {
            if (holdConfirmations) {
                heldConfirmations.add(asking);
            } else {
                answer(asking);
            }
        };
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            refuseUncommitted(Refusal.STOPPED);
        }
    }

    /** Wins an election: a new term, and an entry of its own that makes it ready once it is committed. */
    public void becomeLeader() {
        term++;
        entries.add(new Entry(term, null, null));
        ownTermIndex = entries.size();
        ready = false;
        changeLeader(memberId);
        if (selfDriven) {
            commitAll();
        }
    }

    /**
     * Loses leadership; proposals that are not committed get {@link Refusal#LEADER_CHANGED}.
     *
     * @param entriesSurvive whether the next leader has the uncommitted entries too, and they will be committed
     */
    public void loseLeadership(boolean entriesSurvive) {
        boolean led = leads();
        ready = false;
        refuseUncommitted(Refusal.LEADER_CHANGED);
        if (!entriesSurvive) {
            while (entries.size() > committedIndex) {
                entries.removeLast();
            }
        }
        changeLeader(0);
        if (led) {
            require().leaderLost(term);
        }
    }

    /** Another member wins an election. */
    public void followLeader(long otherMemberId) {
        term++;
        entries.add(new Entry(term, null, null));
        changeLeader(otherMemberId);
    }

    /** An entry that another member proposed; it waits to be committed. */
    public void appendForeign(byte[] payload) {
        append(payload, null);
    }

    /** Commits the next entry; false when there is none. */
    public boolean commitNext() {
        if (closed || committedIndex == entries.size()) {
            return false;
        }
        committedIndex++;
        Entry entry = entries.get((int) committedIndex - 1);
        ByteBuffer payload = entry.payload();
        if (payload == null) {
            require().internal(committedIndex, entry.term());
        } else {
            require().committed(committedIndex, entry.term(), payload.duplicate(), entry.proposal());
        }
        if (leads() && committedIndex == ownTermIndex) {
            ready = true;
            require().leaderReady(term);
        }
        return true;
    }

    /** Commits everything; returns how many entries. */
    public int commitAll() {
        int count = 0;
        while (commitNext()) {
            count++;
        }
        return count;
    }

    /** The next proposal gets this answer and no place in the log; several calls queue up. */
    public void refuseNext(Refusal refusal) {
        nextRefusals.add(refusal);
    }

    /** From now on confirmations wait for {@link #answerConfirmations}. */
    public void holdConfirmations() {
        holdConfirmations = true;
    }

    /** Answers all that wait, as things stand now; returns how many. */
    public int answerConfirmations() {
        int count = heldConfirmations.size();
        for (int i = 0; i < count; i++) {
            answer(heldConfirmations.remove());
        }
        return count;
    }

    /** The engine fails. */
    public void fail(String what, Throwable cause) {
        closed = true;
        require().failed(what, cause);
    }

    /** Entries that are not committed. */
    public int uncommitted() {
        return (int) (entries.size() - committedIndex);
    }

    /** The payloads of all entries that are not the engine's own, committed or not; read-only. */
    public List<ByteBuffer> payloads() {
        List<ByteBuffer> payloads = new ArrayList<>();
        for (Entry entry : entries) {
            ByteBuffer payload = entry.payload();
            if (payload != null) {
                payloads.add(payload.duplicate());
            }
        }
        return payloads;
    }

    /** The indices reported as durable, in order. */
    public List<Long> checkpoints() {
        return List.copyOf(checkpoints);
    }

    private void append(byte[] payload, @Nullable Object proposal) {
        entries.add(new Entry(term, ByteBuffer.wrap(payload).asReadOnlyBuffer(), proposal));
        if (selfDriven) {
            commitAll();
        }
    }

    private void refuseUncommitted(Refusal refusal) {
        for (int i = (int) committedIndex; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            Object proposal = entry.proposal();
            if (proposal != null) {
                entries.set(i, new Entry(entry.term(), entry.payload(), null));
                require().refused(proposal, refusal);
            }
        }
    }

    private void changeLeader(long newLeaderId) {
        if (leaderId != newLeaderId) {
            leaderId = newLeaderId;
            require().leaderChanged(newLeaderId);
        }
    }

    private boolean leads() {
        return leaderId == memberId;
    }

    private void answer(LeadershipGuard.ConfirmListener asking) {
        if (closed || listener == null) {
            asking.refused(ErrorCode.STOPPED);
        } else if (ready) {
            asking.confirmed(term, committedIndex);
        } else {
            asking.refused(leads() || leaderId == 0 ? ErrorCode.NO_LEADER : ErrorCode.NOT_LEADER);
        }
    }

    private LogListener require() {
        LogListener present = listener;
        if (present == null) {
            throw new IllegalStateException("the log is not started");
        }
        return present;
    }
}
