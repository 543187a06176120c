package io.leasehold.statemachine;

import java.util.List;

/**
 * How big the store may become, and what a command is taken to add to it (kv.md 9). Pure; any thread.
 *
 * @param limitBytes at which size commands that add data are refused; {@link Long#MAX_VALUE} for never
 */
public record Quota(long limitBytes) {
    /** No limit. */
    public static final Quota UNLIMITED = new Quota(Long.MAX_VALUE);

    /** What a put costs beside its key and value: its record, its place in the index. Etcd's figure. */
    private static final long PUT_BYTES = 256;

    /** What a lease costs. Etcd's figure. */
    private static final long LEASE_BYTES = 64;

    public Quota {
        if (limitBytes <= 0) {
            throw new IllegalArgumentException("a quota must be positive, not " + limitBytes);
        }
    }

    /** Whether a store of that size has room for the command; always for one that costs nothing. */
    public boolean admits(long sizeBytes, Command command) {
        if (limitBytes == Long.MAX_VALUE) {
            return true;
        }
        long costBytes = cost(command);
        return costBytes == 0 || sizeBytes + costBytes < limitBytes;
    }

    /**
     * Bytes that the command is taken to add: those of its puts (the dearer branch of a transaction, nested ones
     * included) or of its lease; 0 for all others.
     */
    public static long cost(Command command) {
        return switch (command) {
            case Command.Put put -> put(put);
            case Command.Txn txn -> txn(txn);
            case Command.LeaseGrant grant -> LEASE_BYTES;
            case Command.LeasedTxn leased ->
                txn(leased.txn()) + LEASE_BYTES * leased.grants().size();
            case Command.DeleteRange delete -> 0;
            case Command.Compact compact -> 0;
            case Command.LeaseRevoke revoke -> 0;
            case Command.LeaseCheckpoint checkpoint -> 0;
            case Command.LeaseClear clear -> 0;
            case Command.LeaseExpire expire -> 0;
            case Command.LeaderMarker marker -> 0;
            case Command.Alarm alarm -> 0;
            case Command.PublishMember publish -> 0;
            case AuthCommand auth -> 0;
            case MemberCommand member -> 0;
        };
    }

    private static long put(Command.Put put) {
        return PUT_BYTES + put.key().length() + put.value().length();
    }

    private static long txn(Command.Txn txn) {
        return Math.max(ops(txn.success()), ops(txn.failure()));
    }

    private static long ops(List<Command.Op> ops) {
        long costBytes = 0;
        for (Command.Op op : ops) {
            costBytes += switch (op) {
                case Command.Put put -> put(put);
                case Command.Txn txn -> txn(txn);
                case Command.DeleteRange delete -> 0;
                case Command.Range range -> 0;
            };
        }
        return costBytes;
    }
}
