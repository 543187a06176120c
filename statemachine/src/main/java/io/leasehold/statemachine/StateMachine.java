package io.leasehold.statemachine;

import io.leasehold.mvcc.StoreSnapshot;
import io.leasehold.protocol.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** stub: signatures only */
@SuppressWarnings("DoNotCallSuggester")
public final class StateMachine implements AutoCloseable {
    private StateMachine() {}

    /** Opens or makes. nowNanos: lease clock, from which restored anchors count. */
    public static StateMachine open(Path directory, StateMachineOptions options, long nowNanos) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Last index applied; the log resumes behind it. */
    public long appliedIndex() {
        throw new UnsupportedOperationException();
    }

    /** Term of the last entry applied. */
    public long appliedTerm() {
        throw new UnsupportedOperationException();
    }

    /** Applies one command of the entry (index, term). wantResult: false skips building of replies. */
    public Outcome apply(long index, long term, Proposal proposal, boolean wantResult, long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /** An entry without commands (the engine's own). */
    public void skip(long index, long term) {
        throw new UnsupportedOperationException();
    }

    /** Ends a batch of whole entries. */
    public AppliedBatch publish() {
        throw new UnsupportedOperationException();
    }

    /** Last published; any thread. */
    public StoreSnapshot snapshot() {
        throw new UnsupportedOperationException();
    }

    /** Any thread. */
    public List<Member> members() {
        throw new UnsupportedOperationException();
    }

    /** Any thread. */
    public List<ActiveAlarm> alarms() {
        throw new UnsupportedOperationException();
    }

    /** kv.md step 5, any thread: NO_SPACE if quota or alarm forbid it. */
    public Optional<ErrorCode> admit(Command command) {
        throw new UnsupportedOperationException();
    }

    /** Applier thread, between batches (after publish). */
    public PendingCheckpoint beginCheckpoint() {
        throw new UnsupportedOperationException();
    }

    /** Sweeps; true: more to do. */
    public boolean maintain(int keyLimit) {
        throw new UnsupportedOperationException();
    }

    /** Whether maintain has something to do. */
    public boolean maintenancePending() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
