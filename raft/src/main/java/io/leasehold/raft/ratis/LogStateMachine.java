package io.leasehold.raft.ratis;

import io.leasehold.raft.LogListener;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.jspecify.annotations.Nullable;

/**
 * The engine's side of the seam: everything Ratis wants to tell a state machine goes to the {@link LogListener}. It applies
 * nothing itself; "applied" means handed over here, and an answer to Ratis is always success.
 *
 * <p>Threads: {@link #applyTransaction}, {@link #notifyTermIndexUpdated} and {@link #notifyLeaderReady} come from the
 * engine's updater thread in log order; the other callbacks come from anywhere, some of them under the engine's monitor.
 *
 * <p>Ratis loses what is thrown in a callback: the updater would end in silence and the process live on. So each callback
 * reports it to {@link EngineFailure} first, and then lets it through, so that no later entry is handed over.
 */
final class LogStateMachine extends BaseStateMachine {

    private static final CompletableFuture<Message> HANDED_OVER = CompletableFuture.completedFuture(Message.EMPTY);

    private final LogListener listener;
    private final Checkpoints checkpoints;
    private final Leadership leadership;
    private final EngineFailure failure;
    private final Runnable leaderMayHaveChanged;
    private final PeerAppenders appenders;
    private final RaftPeerId self;
    /** Index of the last entry that the listener was given, by this engine or one before it in this process. */
    private final AtomicLong handedOver;
    /** Whether this member is to be taken into a running cluster: how that began is in the state only, not in the log. */
    private final boolean joins;
    /** Set before the engine starts; the engine cannot be asked before it is built around this object. */
    private volatile LongSupplier currentTerm = () -> 0;

    private volatile LongSupplier lastCommitted = () -> 0;
    private volatile LongSupplier lastForced = () -> Long.MAX_VALUE;
    /** Updater thread only: the engine is ready with the entry that it is about to report. */
    private boolean readyAtThisEntry;

    LogStateMachine(
            RaftPeerId self,
            LogListener listener,
            Checkpoints checkpoints,
            Leadership leadership,
            EngineFailure failure,
            AtomicLong handedOver,
            boolean joins,
            PeerAppenders appenders,
            Runnable leaderMayHaveChanged) {
        this.self = self;
        this.handedOver = handedOver;
        this.joins = joins;
        this.listener = listener;
        this.checkpoints = checkpoints;
        this.leadership = leadership;
        this.failure = failure;
        this.appenders = appenders;
        this.leaderMayHaveChanged = leaderMayHaveChanged;
        SnapshotInfo applied = checkpoints.newest();
        if (applied != null) {
            setLastAppliedTermIndex(applied.getTermIndex());
        }
    }

    /** The engine's current term and the last indices it knows committed and has forced here, its own count. */
    void attach(LongSupplier engineTerm, LongSupplier engineCommitted, LongSupplier engineForced) {
        currentTerm = engineTerm;
        lastCommitted = engineCommitted;
        lastForced = engineForced;
    }

    @Override
    public TransactionContext startTransaction(RaftClientRequest request) {
        TransactionContext transaction = TransactionContext.newBuilder()
                .setStateMachine(this)
                .setClientRequest(request)
                .setStateMachineContext(request.getMessage())
                .build();
        if (!(request.getMessage() instanceof ProposedEntry)) {
            transaction.setException(new IOException("entries are proposed by the member itself only"));
        }
        return transaction;
    }

    @Override
    public TransactionContext preAppendTransaction(TransactionContext transaction) {
        if (transaction.getStateMachineContext() instanceof ProposedEntry entry) {
            entry.markAppended();
        }
        return transaction;
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        orFail("hand over entry", () -> {
            checkForced(entry.getIndex());
            long index = LogIndex.fromRatis(entry.getIndex());
            if (!isNew(index)) {
                updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
                return;
            }
            Object proposal = transaction.getStateMachineContext() instanceof ProposedEntry proposed && proposed.claim()
                    ? proposed.proposal()
                    : null;
            listener.committed(
                    index,
                    entry.getTerm(),
                    entry.getStateMachineLogEntry().getLogData().asReadOnlyByteBuffer(),
                    proposal);
            updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
            tellCommitted(entry.getIndex());
        });
        return HANDED_OVER;
    }

    /**
     * A checkpoint with an entry that this member's own log has not forced would be ahead of what a power cut leaves of the
     * log. The engine counts nothing as committed that it has not forced here, whatever a majority of the others has.
     */
    private void checkForced(long ratisIndex) {
        long forced = lastForced.getAsLong();
        if (ratisIndex > forced) {
            throw new IllegalStateException(
                    "entry " + ratisIndex + " is handed over, but the log is forced up to " + forced + " only");
        }
    }

    @Override
    public void notifyTermIndexUpdated(long term, long ratisIndex) {
        orFail("hand over an entry of the engine's own", () -> {
            updateLastAppliedTermIndex(term, ratisIndex);
            if (isNew(LogIndex.fromRatis(ratisIndex))) {
                listener.internal(LogIndex.fromRatis(ratisIndex), term);
            }
            if (readyAtThisEntry) {
                readyAtThisEntry = false;
                leadership.ready(term);
                listener.leaderReady(term);
            }
            tellCommitted(ratisIndex);
        });
    }

    /** Once for all that was committed together. */
    private void tellCommitted(long ratisIndex) {
        if (ratisIndex >= lastCommitted.getAsLong()) {
            appenders.tellCommitted();
        }
    }

    /** Whether the entry was not handed over by an engine that ran here before; then it is now. */
    private boolean isNew(long index) {
        return handedOver.getAndAccumulate(index, Math::max) < index;
    }

    /** Comes just before the engine's first entry of its own term is reported, and says no term. */
    @Override
    public void notifyLeaderReady() {
        readyAtThisEntry = true;
    }

    @Override
    public void notifyNotLeader(Collection<TransactionContext> pendingEntries) {
        orFail("tell of lost leadership", () -> {
            long term = leadership.lost();
            if (!failure.isSilent()) {
                listener.leaderLost(term);
            }
        });
    }

    @Override
    public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leaderId) {
        if (leaderId.equals(self)) {
            leadership.won(currentTerm.getAsLong());
        }
        leaderMayHaveChanged.run();
    }

    /** The worker refuses every write from now on, and would stay leader. */
    @Override
    public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto failedEntry) {
        failure.report("write the log", cause);
    }

    /** The engine closed itself: an error it has only logged, or the others do not know this member any more. */
    @Override
    public void notifyServerShutdown(RoleInfoProto roleInfo, boolean allServer) {
        failure.shutDown();
    }

    /**
     * The leader no longer has an entry that this member lacks, or meets it for the first time. In the second case nothing
     * is needed, which is told by "no snapshot"; otherwise the caller fetches the state and starts anew, and until then the
     * engine sees an installation that goes on.
     */
    @Override
    @SuppressWarnings("NullAway") // The engine takes null for "no snapshot", and does not say so in its types.
    public CompletableFuture<TermIndex> notifyInstallSnapshotFromLeader(
            RoleInfoProto roleInfo, TermIndex firstAvailable) {
        boolean nothingHere = handedOver.get() == 0;
        if (!(joins && nothingHere)
                && firstAvailable.getIndex() <= getLastAppliedTermIndex().getIndex() + 1) {
            return CompletableFuture.completedFuture(null);
        }
        orFail("ask for the state", () -> {
            long leaderId = PeerIds.parse(
                    roleInfo.getFollowerInfo().getLeaderInfo().getId().getId().toStringUtf8());
            if (!failure.isSilent()) {
                listener.stateNeeded(leaderId);
            }
        });
        return new CompletableFuture<>();
    }

    @Override
    public @Nullable SnapshotInfo getLatestSnapshot() {
        return checkpoints.newest();
    }

    /** Nothing is taken here: tells what the log may forget. */
    @Override
    public long takeSnapshot() {
        return checkpoints.purgeable();
    }

    @Override
    public String toStateMachineLogEntryString(StateMachineLogEntryProto entry) {
        return "entry of " + entry.getLogData().size() + " bytes";
    }

    // Every kind of throwable must be seen: the engine would log it and go on or fall silent.
    private void orFail(String what, Runnable callback) {
        try {
            callback.run();
        } catch (Throwable thrown) {
            failure.report(what, thrown);
            throw thrown;
        }
    }
}
