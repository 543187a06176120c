package io.leasehold.statemachine;

import com.google.protobuf.ByteString;
import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.etcdserverpb.AlarmRequest;
import io.leasehold.protocol.etcdserverpb.CompactionRequest;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeRequest;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns etcd's request messages into commands. Total: also takes requests that {@link RequestValidator} refuses,
 * because the quota is asked before the request is judged. Pure; any thread.
 */
public final class Requests {
    private Requests() {}

    /** The read asked for; sort numbers that do not exist become NONE and KEY. */
    public static Command.Range range(RangeRequest request) {
        return new Command.Range(
                KeyRange.of(bytes(request.getKey()), bytes(request.getRangeEnd())),
                request.getLimit(),
                request.getRevision(),
                switch (request.getSortOrder()) {
                    case NONE, UNRECOGNIZED -> Command.SortOrder.NONE;
                    case ASCEND -> Command.SortOrder.ASCEND;
                    case DESCEND -> Command.SortOrder.DESCEND;
                },
                switch (request.getSortTarget()) {
                    case KEY, UNRECOGNIZED -> Command.SortTarget.KEY;
                    case VERSION -> Command.SortTarget.VERSION;
                    case CREATE -> Command.SortTarget.CREATE;
                    case MOD -> Command.SortTarget.MOD;
                    case VALUE -> Command.SortTarget.VALUE;
                },
                request.getSerializable(),
                request.getKeysOnly(),
                request.getCountOnly(),
                request.getMinModRevision(),
                request.getMaxModRevision(),
                request.getMinCreateRevision(),
                request.getMaxCreateRevision());
    }

    /** The put asked for. */
    public static Command.Put put(PutRequest request) {
        return new Command.Put(
                bytes(request.getKey()),
                bytes(request.getValue()),
                request.getLease(),
                request.getPrevKv(),
                request.getIgnoreValue(),
                request.getIgnoreLease());
    }

    /** The delete asked for. */
    public static Command.DeleteRange deleteRange(DeleteRangeRequest request) {
        return new Command.DeleteRange(
                KeyRange.of(bytes(request.getKey()), bytes(request.getRangeEnd())), request.getPrevKv());
    }

    /** The transaction asked for. Ops without content are left out; the validator refuses them. */
    public static Command.Txn txn(TxnRequest request) {
        List<Command.Compare> compares = new ArrayList<>(request.getCompareCount());
        for (io.leasehold.protocol.etcdserverpb.Compare compare : request.getCompareList()) {
            compares.add(compare(compare));
        }
        return new Command.Txn(compares, ops(request.getSuccessList()), ops(request.getFailureList()));
    }

    private static List<Command.Op> ops(List<RequestOp> requests) {
        List<Command.Op> ops = new ArrayList<>(requests.size());
        for (RequestOp request : requests) {
            switch (request.getRequestCase()) {
                case REQUEST_RANGE -> ops.add(range(request.getRequestRange()));
                case REQUEST_PUT -> ops.add(put(request.getRequestPut()));
                case REQUEST_DELETE_RANGE -> ops.add(deleteRange(request.getRequestDeleteRange()));
                case REQUEST_TXN -> ops.add(txn(request.getRequestTxn()));
                case REQUEST_NOT_SET -> {}
            }
        }
        return ops;
    }

    /** The operand counts only if it is of the target's kind; else it is 0 or empty. */
    private static Command.Compare compare(io.leasehold.protocol.etcdserverpb.Compare compare) {
        KeyRange range = KeyRange.of(bytes(compare.getKey()), bytes(compare.getRangeEnd()));
        Command.CompareOperator operator =
                switch (compare.getResult()) {
                    case EQUAL -> Command.CompareOperator.EQUAL;
                    case GREATER -> Command.CompareOperator.GREATER;
                    case LESS -> Command.CompareOperator.LESS;
                    case NOT_EQUAL -> Command.CompareOperator.NOT_EQUAL;
                    case UNRECOGNIZED -> Command.CompareOperator.UNKNOWN;
                };
        return switch (compare.getTarget()) {
            case VERSION ->
                Command.Compare.number(range, Command.CompareTarget.VERSION, operator, compare.getVersion());
            case CREATE ->
                Command.Compare.number(range, Command.CompareTarget.CREATE, operator, compare.getCreateRevision());
            case MOD -> Command.Compare.number(range, Command.CompareTarget.MOD, operator, compare.getModRevision());
            case VALUE -> Command.Compare.value(range, operator, bytes(compare.getValue()));
            case LEASE -> Command.Compare.number(range, Command.CompareTarget.LEASE, operator, compare.getLease());
            case UNRECOGNIZED -> Command.Compare.number(range, Command.CompareTarget.UNKNOWN, operator, 0);
        };
    }

    /** The compaction asked for. */
    public static Command.Compact compact(CompactionRequest request) {
        return new Command.Compact(request.getRevision(), request.getPhysical());
    }

    /**
     * The grant asked for.
     *
     * @param freshId id to take if the client left it to us, not 0
     * @param ttlMinSeconds of this cluster (LeaseLimits): a shorter TTL is raised, one too long is left for apply to refuse
     */
    public static Command.LeaseGrant grant(LeaseGrantRequest request, long freshId, long ttlMinSeconds) {
        return new Command.LeaseGrant(
                request.getID() == 0 ? freshId : request.getID(), Math.max(request.getTTL(), ttlMinSeconds));
    }

    /** The revocation asked for. */
    public static Command.LeaseRevoke revoke(LeaseRevokeRequest request) {
        return new Command.LeaseRevoke(request.getID());
    }

    /** The alarm command asked for; an action that does not exist becomes a GET. */
    public static Command.Alarm alarm(AlarmRequest request) {
        return new Command.Alarm(
                switch (request.getAction()) {
                    case GET, UNRECOGNIZED -> Command.AlarmAction.GET;
                    case ACTIVATE -> Command.AlarmAction.ACTIVATE;
                    case DEACTIVATE -> Command.AlarmAction.DEACTIVATE;
                },
                request.getMemberID(),
                switch (request.getAlarm()) {
                    case NONE, UNRECOGNIZED -> AlarmType.NONE;
                    case NOSPACE -> AlarmType.NOSPACE;
                    case CORRUPT -> AlarmType.CORRUPT;
                });
    }

    /** The bytes as our own type; one copy. */
    public static ByteSequence bytes(ByteString bytes) {
        return ByteSequence.wrap(bytes.toByteArray());
    }
}
