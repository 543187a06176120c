package io.leasehold.statemachine;

import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.protocol.ErrorCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a command: what the answer to the client is made from. {@code revision} is always the store revision for
 * the answer's header. Immutable, any thread.
 */
public sealed interface Outcome {

    /** What came of one op of a transaction's branch. */
    sealed interface OpResult permits Written, Deleted, Ranged, TxnDone {}

    /** What a plain read gives: {@link Ranged} or {@link Refused}. */
    sealed interface RangeAnswer permits Ranged, Refused {}

    /**
     * A put was done.
     *
     * @param previous the key's record of before, if it was asked for and there was one
     */
    record Written(long revision, @Nullable KeyValueRecord previous) implements Outcome, OpResult {}

    /**
     * A delete was done.
     *
     * @param deleted number of keys that were live
     * @param previous their records in key order if asked for, else empty
     */
    record Deleted(long revision, long deleted, List<KeyValueRecord> previous) implements Outcome, OpResult {}

    /**
     * A read was done.
     *
     * @param records what to send, in order; empty for a count
     * @param count keys in the range at that revision, before filters and limit
     * @param more whether the limit cut something off
     * @param keysOnly send the records without their values
     */
    record Ranged(long revision, List<KeyValueRecord> records, long count, boolean more, boolean keysOnly)
            implements Outcome, OpResult, RangeAnswer {}

    /**
     * A transaction was done.
     *
     * @param revision for a nested transaction 0, as etcd leaves its header empty
     * @param succeeded whether the compares held
     * @param results one per op of the branch taken, in order; empty if no result was wanted
     */
    record TxnDone(long revision, boolean succeeded, List<OpResult> results) implements Outcome, OpResult {}

    /** A compaction took effect; {@code compactedRevision} is what was asked for. */
    record Compacted(long revision, long compactedRevision) implements Outcome {}

    /** A lease was granted. */
    record Granted(long revision, long id, long ttlSeconds) implements Outcome {}

    /**
     * A transaction with grants was done.
     *
     * @param grants those that took effect, in the order of the command
     */
    record LeasedTxnDone(long revision, List<Command.TxnGrant> grants, TxnDone txn) implements Outcome {}

    /** The members were changed; these are all there are now. */
    record MembersChanged(long revision, List<Member> members) implements Outcome {
        public MembersChanged {
            members = List.copyOf(members);
        }
    }

    /** A lease was revoked. */
    record Revoked(long revision) implements Outcome {}

    /** All alarms that are on (GET), or those that the command raised or lowered. */
    record Alarms(long revision, List<ActiveAlarm> alarms) implements Outcome {}

    /** One of the cluster's own commands was applied: checkpoint, clear, expiry, marker, publication of a member. */
    record Noted(long revision) implements Outcome {}

    /** A leader's command was not applied, since its entry has another term than the one it was decided in. */
    record Fenced(long revision) implements Outcome {}

    /** The command changed nothing, for this reason. Of {@code NO_SPACE} see {@link StateMachine#apply}. */
    record Refused(ErrorCode code) implements Outcome, RangeAnswer {}
}
