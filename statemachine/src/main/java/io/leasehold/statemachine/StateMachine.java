package io.leasehold.statemachine;

import io.leasehold.lease.LeaseTable;
import io.leasehold.mvcc.RevisionStore;
import io.leasehold.mvcc.SegmentRewrite;
import io.leasehold.mvcc.StoreSnapshot;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.statemachine.auth.AuthState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The replicated state of one member: keys, leases, users, members and alarms, changed by the commands of the log alone. Given
 * the same entries every member has the same state; neither the division into batches nor a restart makes a difference.
 *
 * <pre>
 *          ┌────────── publish() ◄──────────┐            beginCheckpoint()
 *   apply, skip ... (whole entries)      snapshot ─────► PendingCheckpoint.complete() on another thread
 * </pre>
 *
 * <p>Belongs to the Applier's thread, but for {@link #snapshot()}, {@link #members()}, {@link #alarms()},
 * {@link #auth()} and {@link #admit}. Reads no clock: lease-clock times are arguments. An expected refusal is an outcome; anything thrown
 * means that this replica cannot go on and must halt.
 */
public final class StateMachine implements AutoCloseable {
    /** Compaction at 0 is allowed once, as etcd counts from -1 before the first one. */
    private static final long NEVER_COMPACTED_REVISION = -1;

    private final ManifestHead.Identity identity;
    private final Quota quota;
    private final ManifestDirectory manifests;
    private final RevisionStore store;
    private final LeaseTable leases;
    private final MemberTable members;
    private final AlarmTable alarms;
    private final AuthChanges auth;
    private final LeaseKeyRights leaseKeyRights;
    private final KeyChanges keyChanges;
    private final LeaseChanges leaseChanges;

    private long appliedIndex;
    private long appliedTerm;
    private boolean everCompacted;

    /** True from a compaction until the store has been swept; at first, as the last run may have left some. */
    private boolean maintenancePending = true;

    /** Whether something was applied since the last publish. */
    private boolean batchOpen;

    /** What the open batch is taken to add to the published size. */
    private long batchCostBytes;

    private boolean quotaCrossed;

    private StateMachine(StateMachineOptions options, StateRecovery.Recovered recovered) {
        ManifestHead head = recovered.manifest().head();
        identity = StateRecovery.identityOf(options);
        quota = options.quota();
        manifests = recovered.manifests();
        store = recovered.store();
        leases = recovered.manifest().leases();
        members = new MemberTable(head.members(), head.removedMemberIds());
        alarms = new AlarmTable(head.alarms());
        auth = new AuthChanges(head.auth());
        leaseKeyRights = new LeaseKeyRights(leases);
        keyChanges = new KeyChanges(store, leases);
        leaseChanges = new LeaseChanges(store, leases, keyChanges);
        appliedIndex = head.appliedIndex();
        appliedTerm = head.appliedTerm();
        everCompacted = head.everCompacted();
    }

    /**
     * Opens the state in a directory as its newest whole manifest says, or makes a new one.
     *
     * @param nowNanos lease-clock time from which the anchors of the leases found count
     * @throws RecoveryException if what is there cannot be used
     * @throws IOException if the disk fails
     */
    public static StateMachine open(Path directory, StateMachineOptions options, long nowNanos) throws IOException {
        return new StateMachine(options, new StateRecovery(directory, options, nowNanos).open());
    }

    /**
     * Whose state lies in a directory: it was fixed when the state was made, whatever a later start is told.
     *
     * @return empty if there is no state yet
     * @throws RecoveryException if what is there cannot be used
     */
    public static Optional<MemberIdentity> identityIn(Path directory) throws IOException {
        return StateRecovery.identityIn(directory);
    }

    /** Index of the last entry applied, 0 before the first: the log resumes behind it. */
    public long appliedIndex() {
        return appliedIndex;
    }

    /** Term of the last entry applied. */
    public long appliedTerm() {
        return appliedTerm;
    }

    /**
     * Applies one command. Those of one entry are applied in their order, under the same index and term.
     *
     * <p>A command that takes the store over its quota is applied, but the outcome is refused with NO_SPACE and the
     * batch says so ({@link AppliedBatch#quotaCrossed()}): as with etcd the client learns that way that space is out.
     *
     * @param index of the entry; not below one applied already
     * @param term of the entry
     * @param wantResult whether somebody waits here for the outcome; without, results of a transaction are not built.
     *     What is checked and written does not depend on it
     * @param nowNanos lease-clock time
     */
    public Outcome apply(long index, long term, Proposal proposal, boolean wantResult, long nowNanos) {
        if (!(batchOpen && index == appliedIndex)) {
            requireNew(index);
        }
        advance(index, term);
        Command command = proposal.command();
        Optional<ErrorCode> refusal = Authorization.command(auth.state(), proposal.identity(), command, leaseKeyRights);
        if (refusal.isEmpty()) {
            refusal = alarms.refusal(command);
        }
        if (refusal.isPresent()) {
            return new Outcome.Refused(refusal.get());
        }
        boolean fits = quota.admits(store.snapshot().sizeBytes() + batchCostBytes, command);
        Outcome outcome = apply(command, index, term, wantResult, nowNanos);
        if (outcome instanceof Outcome.Refused) {
            return outcome;
        }
        batchCostBytes += Quota.cost(command);
        if (!fits) {
            quotaCrossed = true;
            return new Outcome.Refused(ErrorCode.NO_SPACE);
        }
        return outcome;
    }

    /** Notes an entry that holds no commands. */
    public void skip(long index, long term) {
        requireNew(index);
        advance(index, term);
    }

    /** Ends a batch of whole entries: makes it visible to readers and says what it changed. */
    public AppliedBatch publish() {
        AppliedBatch batch = new AppliedBatch(
                store.publish(), leaseChanges.take(), keyChanges.takeCounts(), auth.take(), quotaCrossed, appliedIndex);
        batchOpen = false;
        batchCostBytes = 0;
        quotaCrossed = false;
        return batch;
    }

    /** The keys as of the last publish. Any thread. */
    public StoreSnapshot snapshot() {
        return store.snapshot();
    }

    /** The leases; only to be looked at. Applier thread. */
    public LeaseTable leases() {
        return leases;
    }

    /** The cluster's members by id. Any thread. */
    public List<Member> members() {
        return members.members();
    }

    /** Users and roles, as of the last command applied: never older than the last publish. Any thread. */
    public AuthState auth() {
        return auth.state();
    }

    /**
     * Whether the user may write every key attached to the lease: what renewing it needs (lease.md 2.3). True if it has
     * none or does not exist. Applier thread.
     */
    public boolean mayWriteKeysOf(String userName, long leaseId) {
        return leaseKeyRights.allWritable(auth.state(), userName, leaseId);
    }

    /** Ids of members that have left for good. Any thread. */
    public Set<Long> removedMemberIds() {
        return members.removedIds();
    }

    /** The alarms that are on. Any thread. */
    public List<ActiveAlarm> alarms() {
        return alarms.active();
    }

    /**
     * Whether a command may be proposed as far as space goes; asked even before a request is judged (kv.md 2). Any
     * thread.
     *
     * @return NO_SPACE if the store has no room for it; NOSPACE is then to be raised
     */
    public Optional<ErrorCode> admit(Command command) {
        return quota.admits(store.snapshot().sizeBytes(), command) ? Optional.empty() : Optional.of(ErrorCode.NO_SPACE);
    }

    /**
     * Captures the state for a checkpoint; cheap. Right after a publish.
     *
     * @return to be completed on one background thread, in the order of the calls
     */
    public PendingCheckpoint beginCheckpoint() {
        if (batchOpen) {
            throw new IllegalStateException("checkpoint begun with a batch open at index " + appliedIndex);
        }
        ManifestHead head = new ManifestHead(
                identity,
                appliedIndex,
                appliedTerm,
                store.position(),
                everCompacted,
                members.members(),
                members.removedIds(),
                alarms.active(),
                auth.state());
        return new PendingCheckpoint(store, manifests, head, leases.image());
    }

    /** The state as it is now, for a copy; cheap. Right after a publish; Applier thread. */
    public StateImage image() {
        if (batchOpen) {
            throw new IllegalStateException("image asked for with a batch open at index " + appliedIndex);
        }
        return new StateImage(
                appliedIndex,
                appliedTerm,
                store.snapshot(),
                leases.image(),
                members.members(),
                members.removedIds(),
                alarms.active(),
                auth.state());
    }

    /**
     * Does a slice of the store's housekeeping, between batches; a publish follows.
     *
     * @param keyLimit about how many keys to look at, at least 1
     * @return whether there is more to do
     */
    public boolean maintain(int keyLimit) {
        maintenancePending = store.compactSome(keyLimit);
        return maintenancePending;
    }

    /** Whether {@link #maintain} frees what was compacted, and does not only move what was written anew. */
    public boolean isSweeping() {
        return store.isSweeping();
    }

    /**
     * Chooses what to write anew, so that space comes back; see {@link RevisionStore#planRewrite}. Right after a publish, when
     * {@link #maintain} has nothing left to do.
     */
    public Optional<SegmentRewrite> planRewrite(boolean hurried) {
        return store.planRewrite(hurried);
    }

    /** Takes over what was copied; {@link #maintain} goes on with it. */
    public void beginMove(SegmentRewrite copied) {
        store.beginMove(copied);
        maintenancePending = true;
    }

    /** Forgets a rewrite that was abandoned. */
    public void dropRewrite(SegmentRewrite abandoned) {
        store.dropRewrite(abandoned);
    }

    /** Whether there are files that go with one of the next two checkpoints. */
    public boolean holdsRetiredFiles() {
        return !store.retired().isEmpty();
    }

    /** Whether {@link #maintain} may have something to do. */
    public boolean maintenancePending() {
        return maintenancePending;
    }

    /** Revisions that {@link #maintain} has freed since the store was opened. */
    public long sweptRecords() {
        return store.sweptRecords();
    }

    /** Closes the files. What was applied since the last checkpoint comes again from the log. */
    @Override
    public void close() throws IOException {
        store.close();
    }

    private void requireNew(long index) {
        if (index <= appliedIndex) {
            throw new IllegalStateException("entry " + index + " comes again, applied are those up to " + appliedIndex);
        }
    }

    private void advance(long index, long term) {
        appliedIndex = index;
        appliedTerm = term;
        batchOpen = true;
    }

    private Outcome apply(Command command, long index, long term, boolean wantResult, long nowNanos) {
        return switch (command) {
            case Command.Put put -> keyChanges.put(put);
            case Command.DeleteRange delete -> keyChanges.deleteRange(delete);
            case Command.Txn txn -> keyChanges.txn(txn, wantResult);
            case Command.Compact compact -> compact(compact);
            case Command.LeaseGrant grant -> leaseChanges.grant(grant, index, nowNanos);
            case Command.LeasedTxn leased -> leaseChanges.txn(leased, index, wantResult, nowNanos);
            case Command.LeaseRevoke revoke -> leaseChanges.revoke(revoke);
            case Command.LeaseCheckpoint checkpoint -> leaseChanges.checkpoint(checkpoint, term, nowNanos);
            case Command.LeaseClear clear -> leaseChanges.clear(clear, term);
            case Command.LeaseExpire expire -> leaseChanges.expire(expire, term);
            case Command.LeaderMarker marker -> leaseChanges.mark(marker, index, term, nowNanos);
            case Command.Alarm alarm -> new Outcome.Alarms(revision(), alarms.apply(alarm));
            case Command.PublishMember publish -> {
                members.publish(publish.memberId(), publish.name(), publish.clientUrls());
                yield new Outcome.Noted(revision());
            }
            case MemberCommand change ->
                members.change(change)
                        .<Outcome>map(Outcome.Refused::new)
                        .orElseGet(() -> new Outcome.MembersChanged(revision(), members.members()));
            case AuthCommand change ->
                auth.apply(change).<Outcome>map(Outcome.Refused::new).orElseGet(() -> new Outcome.Noted(revision()));
        };
    }

    private Outcome compact(Command.Compact compact) {
        long compactedRevision = everCompacted ? store.current().compactedRevision() : NEVER_COMPACTED_REVISION;
        if (compact.revision() <= compactedRevision) {
            return new Outcome.Refused(ErrorCode.COMPACTED);
        }
        if (compact.revision() > revision()) {
            return new Outcome.Refused(ErrorCode.FUTURE_REVISION);
        }
        store.compact(compact.revision());
        everCompacted = true;
        maintenancePending = true;
        return new Outcome.Compacted(revision(), compact.revision());
    }

    private long revision() {
        return store.current().revision();
    }
}
