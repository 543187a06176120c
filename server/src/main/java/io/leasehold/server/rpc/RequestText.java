package io.leasehold.server.rpc;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.etcdserverpb.CompactionRequest;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeRequest;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveRequest;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Requests;
import java.util.List;

/**
 * Requests as one line of a log: keys, leases and sizes, never values, and of requests that may hold a secret only their
 * name. Bounded. Pure functions.
 */
final class RequestText {
    private static final int KEY_BYTES_MAX = 128;
    private static final int TEXT_LENGTH_MAX = 1_000;

    private RequestText() {}

    /** The request in a few words. */
    static String of(Object request) {
        String text = describe(request);
        return text.length() > TEXT_LENGTH_MAX ? text.substring(0, TEXT_LENGTH_MAX) + "…" : text;
    }

    private static String describe(Object request) {
        if (request instanceof RangeQuery query) {
            return range(query.range());
        } else if (request instanceof Command.Put put) {
            return put(put);
        } else if (request instanceof DeleteRangeRequest delete) {
            return delete(Requests.deleteRange(delete));
        } else if (request instanceof TxnRequest txn) {
            return txn(Requests.txn(txn));
        } else if (request instanceof CompactionRequest compaction) {
            return "compact revision=" + compaction.getRevision();
        } else if (request instanceof LeaseGrantRequest grant) {
            return "grant " + lease(grant.getID()) + " ttl=" + grant.getTTL() + "s";
        } else if (request instanceof LeaseRevokeRequest revoke) {
            return "revoke " + lease(revoke.getID());
        } else if (request instanceof LeaseTimeToLiveRequest timeToLive) {
            return "time to live of " + lease(timeToLive.getID());
        }
        return request.getClass().getSimpleName();
    }

    private static String range(Command.Range range) {
        StringBuilder text = new StringBuilder("range ").append(keys(range.range()));
        if (range.limit() > 0) {
            text.append(" limit=").append(range.limit());
        }
        if (range.revision() > 0) {
            text.append(" revision=").append(range.revision());
        }
        if (range.sortOrder() != Command.SortOrder.NONE) {
            text.append(" sorted by ").append(range.sortTarget());
        }
        text.append(range.serializable() ? " serializable" : "");
        text.append(range.keysOnly() ? " keys_only" : "");
        return text.append(range.countOnly() ? " count_only" : "").toString();
    }

    private static String put(Command.Put put) {
        String lease = put.leaseId() == 0 ? "" : " " + lease(put.leaseId());
        return "put key=" + key(put.key()) + " value_size=" + put.value().length() + lease;
    }

    private static String delete(Command.DeleteRange delete) {
        return "delete " + keys(delete.range());
    }

    private static String txn(Command.Txn txn) {
        return "txn compares=" + txn.compares().size() + " success=" + ops(txn.success()) + " failure="
                + ops(txn.failure());
    }

    private static String ops(List<Command.Op> ops) {
        StringBuilder text = new StringBuilder("[");
        for (Command.Op op : ops) {
            if (text.length() > TEXT_LENGTH_MAX) {
                break;
            }
            text.append(text.length() == 1 ? "" : "; ").append(op(op));
        }
        return text.append(']').toString();
    }

    private static String op(Command.Op op) {
        return switch (op) {
            case Command.Put put -> put(put);
            case Command.DeleteRange delete -> delete(delete);
            case Command.Range range -> range(range);
            // Nested ones may nest on: their number is what can be told in a bounded line.
            case Command.Txn nested ->
                "txn of " + (nested.success().size() + nested.failure().size()) + " ops";
        };
    }

    private static String keys(KeyRange range) {
        if (range.isSingle()) {
            return "key=" + key(range.key());
        }
        return "keys=[" + key(range.key()) + ", " + (range.isOpenEnded() ? "…" : key(range.end())) + ")";
    }

    private static String key(ByteSequence key) {
        return key.length() <= KEY_BYTES_MAX
                ? key.toString()
                : ByteSequence.copyOf(key.toByteArray(), 0, KEY_BYTES_MAX) + "…";
    }

    private static String lease(long id) {
        return "lease=" + Long.toHexString(id);
    }
}
