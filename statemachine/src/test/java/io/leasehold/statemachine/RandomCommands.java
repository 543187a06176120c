package io.leasehold.statemachine;

import io.leasehold.lease.Incarnation;
import io.leasehold.lease.Remaining;
import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.statemachine.Command.Compare;
import io.leasehold.statemachine.Command.CompareOperator;
import io.leasehold.statemachine.Command.CompareTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Draws commands of every kind over a few keys and leases, so that they meet often. Terms are 1 to 3: fences sometimes
 * drop them. Revisions and incarnations are those of a state that runs along, or near them.
 */
final class RandomCommands {
    private static final int KEYS = 8;
    private static final int LEASES = 4;

    /** How far around the present revisions are drawn. */
    private static final int REVISIONS = 40;

    private final Random random;
    private final NaiveState state;

    RandomCommands(long seed, NaiveState state) {
        random = new Random(seed);
        this.state = state;
    }

    Command next() {
        return switch (random.nextInt(22)) {
            case 0, 1, 2, 3, 4 -> put();
            case 5, 6 -> delete();
            case 7, 8, 9, 10 -> txn(0);
            case 11 -> new Command.Compact(revision(), random.nextBoolean());
            case 12, 13 -> new Command.LeaseGrant(lease(), 1L + random.nextInt(100));
            case 14 -> new Command.LeaseRevoke(lease());
            case 15 -> new Command.LeaseCheckpoint(term(), list(this::remaining));
            case 16 -> new Command.LeaseClear(term(), list(this::incarnation));
            case 17 -> new Command.LeaseExpire(term(), list(this::incarnation));
            case 18 -> new Command.LeaderMarker(term(), random.nextInt(4));
            case 19, 20 -> new Command.LeasedTxn(list(this::txnGrant), txn(0));
            default -> rare();
        };
    }

    private Command.TxnGrant txnGrant() {
        return new Command.TxnGrant(lease(), 1_000L + random.nextInt(5_000), one(Command.GrantBranch.values()));
    }

    Proposal nextProposal() {
        Proposal.Identity identity = random.nextInt(4) == 0
                ? new Proposal.Identity("user" + random.nextInt(3), random.nextInt(1000))
                : Proposal.Identity.NONE;
        return new Proposal(next(), identity);
    }

    private Command rare() {
        if (random.nextInt(4) == 0) {
            return new Command.PublishMember(
                    1L + random.nextInt(9), "name" + random.nextInt(9), list(() -> "http://x"));
        }
        // An alarm seldom, and more often lowered than raised, lest everything be refused.
        Command.AlarmAction action =
                random.nextInt(5) == 0 ? Command.AlarmAction.ACTIVATE : Command.AlarmAction.DEACTIVATE;
        return new Command.Alarm(action, 7, one(AlarmType.values()));
    }

    private Command.Put put() {
        boolean ignoreValue = random.nextInt(8) == 0;
        boolean ignoreLease = random.nextInt(8) == 0;
        return new Command.Put(
                key(),
                ignoreValue ? ByteSequence.EMPTY : value(),
                ignoreLease || random.nextBoolean() ? 0 : lease(),
                random.nextBoolean(),
                ignoreValue,
                ignoreLease);
    }

    private Command.DeleteRange delete() {
        return new Command.DeleteRange(range(), random.nextBoolean());
    }

    private Command.Range read() {
        Command.SortOrder order = one(Command.SortOrder.values());
        Command.SortTarget target = one(Command.SortTarget.values());
        boolean filtered = random.nextInt(4) == 0;
        return new Command.Range(
                range(),
                random.nextInt(5) - 1,
                random.nextInt(6) == 0 ? revision() : 0,
                order,
                target,
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextInt(8) == 0,
                filtered ? Math.max(0, revision()) : 0,
                filtered ? Math.max(0, revision()) : 0,
                0,
                filtered ? Math.max(0, revision()) : 0);
    }

    private Command.Txn txn(int depth) {
        return new Command.Txn(list(this::compare), list(() -> op(depth)), list(() -> op(depth)));
    }

    private Command.Op op(int depth) {
        return switch (random.nextInt(depth > 2 ? 6 : 8)) {
            case 0, 1, 2 -> put();
            case 3 -> delete();
            case 4, 5 -> read();
            default -> txn(depth + 1);
        };
    }

    private Compare compare() {
        CompareTarget target = one(CompareTarget.values());
        CompareOperator operator = one(CompareOperator.values());
        return target == CompareTarget.VALUE
                ? Compare.value(range(), operator, value())
                : Compare.number(range(), target, operator, random.nextInt(6));
    }

    private Incarnation incarnation() {
        long id = lease();
        return new Incarnation(id, grantIndex(id));
    }

    private Remaining remaining() {
        long id = lease();
        return new Remaining(id, grantIndex(id), random.nextInt(100_000));
    }

    /** Mostly that of the lease there is. */
    private long grantIndex(long id) {
        NaiveState.Lease lease = state.leases.get(id);
        return lease == null || random.nextInt(4) == 0 ? random.nextInt(REVISIONS) : lease.grantIndex();
    }

    /** From well before the present one to one too far, and the negative ones. */
    private long revision() {
        return Math.max(-2, state.revision + 2 - random.nextInt(REVISIONS));
    }

    private long term() {
        return 1L + random.nextInt(3);
    }

    private long lease() {
        long[] ids = {1, 2, -3, Long.MAX_VALUE};
        return ids[random.nextInt(LEASES)];
    }

    private ByteSequence key() {
        return ByteSequence.utf8("k" + random.nextInt(KEYS));
    }

    private ByteSequence value() {
        return ByteSequence.utf8("v".repeat(random.nextInt(20)) + random.nextInt(4));
    }

    private KeyRange range() {
        return switch (random.nextInt(8)) {
            case 0, 1, 2, 3 -> KeyRange.single(key());
            case 4, 5, 6 -> KeyRange.of(key(), key());
            default -> KeyRange.of(key(), ByteSequence.utf8("\0"));
        };
    }

    private <E> E one(E[] constants) {
        return constants[random.nextInt(constants.length)];
    }

    private <T> List<T> list(Supplier<T> element) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(element.get());
        }
        return list;
    }
}
