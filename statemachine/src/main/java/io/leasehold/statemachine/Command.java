package io.leasehold.statemachine;

import io.leasehold.lease.Incarnation;
import io.leasehold.lease.LeaseLimits;
import io.leasehold.lease.Remaining;
import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import java.util.List;

/**
 * Everything that can be asked of the replicated state: what a Raft entry carries, and the only way the state changes.
 *
 * <p>A command holds all that its outcome depends on besides the state itself: no clock, no chance, no setting of one
 * member. It has passed {@link RequestValidator} on the server that proposes it. Immutable, any thread.
 */
public sealed interface Command
        permits Command.Put,
                Command.DeleteRange,
                Command.Txn,
                Command.Compact,
                Command.LeaseGrant,
                Command.LeasedTxn,
                Command.LeaseRevoke,
                Command.LeaseCheckpoint,
                Command.LeaseClear,
                Command.LeaseExpire,
                Command.LeaderMarker,
                Command.Alarm,
                Command.PublishMember,
                AuthCommand,
                MemberCommand {

    /** What a transaction's branch may hold. */
    sealed interface Op permits Put, DeleteRange, Range, Txn {}

    /**
     * Sets one key.
     *
     * @param key not empty
     * @param value empty when {@code ignoreValue}
     * @param leaseId lease to attach to, 0 for none; 0 when {@code ignoreLease}
     * @param prevKv whether the outcome carries the key's record of before
     * @param ignoreValue keep the value there is; the key must exist
     * @param ignoreLease keep the lease there is; the key must exist
     */
    record Put(
            ByteSequence key,
            ByteSequence value,
            long leaseId,
            boolean prevKv,
            boolean ignoreValue,
            boolean ignoreLease)
            implements Command, Op {

        /** A plain put without lease or options. */
        public static Put of(ByteSequence key, ByteSequence value) {
            return new Put(key, value, 0, false, false, false);
        }

        /** A plain put attached to a lease. */
        public static Put of(ByteSequence key, ByteSequence value, long leaseId) {
            return new Put(key, value, leaseId, false, false, false);
        }
    }

    /**
     * Deletes the live keys of a range.
     *
     * @param prevKv whether the outcome carries the deleted records
     */
    record DeleteRange(KeyRange range, boolean prevKv) implements Command, Op {}

    /**
     * A read: an op of a transaction and the input of {@link RangeEvaluator}; never logged by itself.
     *
     * @param limit most records to answer, 0 or less for all
     * @param revision revision to read at; 0 or less is the current one (inside a logged transaction see kv.md 6.5)
     * @param serializable whether the local state will do, without asking the leader
     * @param minModRevision,maxModRevision,minCreateRevision,maxCreateRevision inclusive bounds, each off when 0
     */
    record Range(
            KeyRange range,
            long limit,
            long revision,
            SortOrder sortOrder,
            SortTarget sortTarget,
            boolean serializable,
            boolean keysOnly,
            boolean countOnly,
            long minModRevision,
            long maxModRevision,
            long minCreateRevision,
            long maxCreateRevision)
            implements Op {

        /** Everything in the range, now, in key order. */
        public static Range of(KeyRange range) {
            return new Range(range, 0, 0, SortOrder.NONE, SortTarget.KEY, false, false, false, 0, 0, 0, 0);
        }

        boolean hasRevisionFilter() {
            return minModRevision != 0 || maxModRevision != 0 || minCreateRevision != 0 || maxCreateRevision != 0;
        }
    }

    /** Direction of a sorted read; stored by their order: append only. */
    enum SortOrder {
        NONE,
        ASCEND,
        DESCEND
    }

    /** What a sorted read sorts by; stored by their order: append only. */
    enum SortTarget {
        KEY,
        VERSION,
        CREATE,
        MOD,
        VALUE
    }

    /**
     * Runs {@code success} if every compare holds on the state before the transaction, else {@code failure}; all
     * changes share one revision, and an op that cannot run undoes the whole.
     */
    record Txn(List<Compare> compares, List<Op> success, List<Op> failure) implements Command, Op {
        public Txn {
            compares = List.copyOf(compares);
            success = List.copyOf(success);
            failure = List.copyOf(failure);
        }

        /**
         * Whether the transaction is answered by a read instead of going through the log: every op of both branches is
         * a range. A nested transaction makes it a write, even if it only reads (kv.md 6.6).
         */
        public boolean isReadOnly() {
            return onlyRanges(success) && onlyRanges(failure);
        }

        /** Whether it is read only and every range of it is serializable; true for the empty transaction. */
        public boolean isSerializable() {
            return onlySerializable(success) && onlySerializable(failure);
        }

        private static boolean onlyRanges(List<Op> ops) {
            for (Op op : ops) {
                if (!(op instanceof Range)) {
                    return false;
                }
            }
            return true;
        }

        private static boolean onlySerializable(List<Op> ops) {
            for (Op op : ops) {
                if (!(op instanceof Range range && range.serializable())) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * A condition of a transaction: {@code key.target <operator> operand}, for every key of the range.
     *
     * @param number the operand for every target but VALUE, else 0
     * @param value the operand for VALUE, else empty
     */
    record Compare(KeyRange range, CompareTarget target, CompareOperator operator, long number, ByteSequence value) {
        /** Compares one of a key's numbers. */
        public static Compare number(KeyRange range, CompareTarget target, CompareOperator operator, long number) {
            return new Compare(range, target, operator, number, ByteSequence.EMPTY);
        }

        /** Compares a key's value. */
        public static Compare value(KeyRange range, CompareOperator operator, ByteSequence value) {
            return new Compare(range, CompareTarget.VALUE, operator, 0, value);
        }
    }

    /** What a compare looks at; stored by order: append only. UNKNOWN is any number we do not know: it compares as equal. */
    enum CompareTarget {
        VERSION,
        CREATE,
        MOD,
        VALUE,
        LEASE,
        UNKNOWN
    }

    /** How a compare judges; stored by order: append only. UNKNOWN is any number we do not know: it holds. */
    enum CompareOperator {
        EQUAL,
        GREATER,
        LESS,
        NOT_EQUAL,
        UNKNOWN
    }

    /**
     * Forgets what is not visible at {@code revision} or later.
     *
     * @param physical whether the caller wants to be answered only when the space is free; apply takes no notice
     */
    record Compact(long revision, boolean physical) implements Command {}

    /**
     * Grants a lease.
     *
     * @param id chosen already by the server that proposes, never 0
     * @param ttlSeconds raised to the least allowed already; one above {@link LeaseLimits#TTL_SECONDS_MAX} is refused
     */
    record LeaseGrant(long id, long ttlSeconds) implements Command {}

    /**
     * Grants leases and runs a transaction whose puts may name them, all or nothing: if a grant or an op is refused,
     * neither a lease nor a key has changed.
     *
     * @param grants ids all different
     */
    record LeasedTxn(List<TxnGrant> grants, Txn txn) implements Command {
        public LeasedTxn {
            grants = List.copyOf(grants);
        }
    }

    /**
     * A grant of a {@link LeasedTxn}; it takes effect if the transaction takes the branch.
     *
     * @param id chosen already by the server that proposes, never 0
     * @param ttlMillis {@link LeaseLimits#TTL_MILLIS_MIN} or more; one above {@link LeaseLimits#TTL_MILLIS_MAX} is refused
     */
    record TxnGrant(long id, long ttlMillis, GrantBranch branch) {
        boolean takesEffect(boolean succeeded) {
            return switch (branch) {
                case SUCCESS -> succeeded;
                case FAILURE -> !succeeded;
                case EITHER -> true;
            };
        }
    }

    /** The branches in which a grant takes effect; stored by their order: append only. */
    enum GrantBranch {
        SUCCESS,
        FAILURE,
        EITHER
    }

    /** Ends a lease because somebody asked for it; its keys are deleted in one revision. */
    record LeaseRevoke(long id) implements Command {}

    /**
     * A leader's note of how much each lease has left. Dropped whole unless its entry has the term {@code term}.
     *
     * @param term term of the promotion in which it was decided
     */
    record LeaseCheckpoint(long term, List<Remaining> leases) implements Command {
        public LeaseCheckpoint {
            leases = List.copyOf(leases);
        }
    }

    /** Says that these leases were renewed since their anchor. Fenced as {@link LeaseCheckpoint} is. */
    record LeaseClear(long term, List<Incarnation> leases) implements Command {
        public LeaseClear {
            leases = List.copyOf(leases);
        }
    }

    /**
     * Ends leases whose time is over, each with its keys in one revision of its own. Fenced as {@link LeaseCheckpoint}
     * is.
     */
    record LeaseExpire(long term, List<Incarnation> leases) implements Command {
        public LeaseExpire {
            leases = List.copyOf(leases);
        }
    }

    /** The first command a new leader proposes: anchors every lease that has no uncleared anchor. */
    record LeaderMarker(long term, long memberId) implements Command {}

    /** Reads, raises or lowers alarms. */
    record Alarm(AlarmAction action, long memberId, AlarmType type) implements Command {}

    /** What to do with an alarm; stored by their order: append only. */
    enum AlarmAction {
        GET,
        ACTIVATE,
        DEACTIVATE
    }

    /** A member tells its name and where clients reach it. Not known (removed) members are passed over. */
    record PublishMember(long memberId, String name, List<String> clientUrls) implements Command {
        public PublishMember {
            clientUrls = List.copyOf(clientUrls);
        }
    }
}
