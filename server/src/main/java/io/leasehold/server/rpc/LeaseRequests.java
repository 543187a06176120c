package io.leasehold.server.rpc;

import io.grpc.Status;
import io.leasehold.lease.LeaseLimits;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.protocol.leasehold.v1.GrantLeasesRequest;
import io.leasehold.protocol.leasehold.v1.GrantRequest;
import io.leasehold.protocol.leasehold.v1.PutWithTtlRequest;
import io.leasehold.protocol.leasehold.v1.RevokeLeasesRequest;
import io.leasehold.protocol.leasehold.v1.TxnGrant;
import io.leasehold.protocol.leasehold.v1.TxnWithGrantRequest;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.RequestValidator;
import io.leasehold.statemachine.Requests;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What requests of {@code leasehold.v1.Lease} must be, and the commands they stand for. Pure; any thread. */
final class LeaseRequests {
    /** Leases in one request: two entries' worth of commands, so that one client does not fill the queue. */
    static final int BATCH_LIMIT = 1_000;

    /** Grants in one transaction: as many as etcd allows operations. */
    static final int TXN_GRANTS_LIMIT = 128;

    private LeaseRequests() {}

    static Optional<Status> check(GrantLeasesRequest request) {
        Optional<Status> wrong = checkSize("grants", request.getGrantsCount(), BATCH_LIMIT);
        if (wrong.isPresent()) {
            return wrong;
        }
        Set<Long> ids = new HashSet<>();
        for (GrantRequest grant : request.getGrantsList()) {
            if (grant.getId() != 0 && !ids.add(grant.getId())) {
                return invalid("lease id " + grant.getId() + " is asked for twice");
            }
            wrong = checkTtl(grant.getTtlMs());
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return Optional.empty();
    }

    static Optional<Status> check(RevokeLeasesRequest request) {
        Set<Long> ids = new HashSet<>();
        for (long id : request.getIdsList()) {
            if (!ids.add(id)) {
                return invalid("lease id " + id + " is there twice");
            }
        }
        return checkSize("ids", request.getIdsCount(), BATCH_LIMIT);
    }

    static Optional<Status> check(TxnWithGrantRequest request) {
        Optional<Status> wrong = checkSize("grants", request.getGrantsCount(), TXN_GRANTS_LIMIT);
        if (wrong.isPresent()) {
            return wrong;
        }
        Set<Long> names = new HashSet<>();
        for (TxnGrant grant : request.getGrantsList()) {
            if (grant.getId() != 0 && !names.add(grant.getId())) {
                return invalid("lease id " + grant.getId() + " is asked for twice");
            }
            if (grant.getPlaceholder() > 0) {
                return invalid("placeholder " + grant.getPlaceholder() + " is not negative");
            }
            if (grant.getPlaceholder() != 0 && !names.add(grant.getPlaceholder())) {
                return invalid("placeholder " + grant.getPlaceholder() + " is there twice");
            }
            if (grant.getBranch() == TxnGrant.Branch.UNRECOGNIZED) {
                return invalid("branch " + grant.getBranchValue() + " does not exist");
            }
            wrong = checkTtl(grant.getTtlMs());
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return checkNames(request, request.getTxn().getSuccessList(), TxnGrant.Branch.FAILURE)
                .or(() -> checkNames(request, request.getTxn().getFailureList(), TxnGrant.Branch.SUCCESS));
    }

    static Optional<Status> checkTtl(long ttlMillis) {
        if (ttlMillis < LeaseLimits.TTL_MILLIS_MIN) {
            return invalid("ttl_ms is " + ttlMillis + ", the least is " + LeaseLimits.TTL_MILLIS_MIN);
        }
        return ttlMillis > LeaseLimits.TTL_MILLIS_MAX
                ? Optional.of(ErrorCode.LEASE_TTL_TOO_LARGE.toStatus())
                : Optional.empty();
    }

    static Optional<Status> invalid(String text) {
        return Optional.of(Status.INVALID_ARGUMENT.withDescription("leasehold: " + text));
    }

    static Command.GrantBranch branch(TxnGrant grant) {
        return switch (grant.getBranch()) {
            case SUCCESS -> Command.GrantBranch.SUCCESS;
            case FAILURE -> Command.GrantBranch.FAILURE;
            case EITHER, UNRECOGNIZED -> Command.GrantBranch.EITHER;
        };
    }

    static Command.Put put(PutWithTtlRequest request, long leaseId) {
        return new Command.Put(
                Requests.bytes(request.getKey()),
                Requests.bytes(request.getValue()),
                leaseId,
                request.getPrevKv(),
                false,
                false);
    }

    /** The transaction with the ids of {@code grants}, those of the request in order, in place of the placeholders. */
    static Command.Txn txn(TxnWithGrantRequest request, List<Command.TxnGrant> grants) {
        Map<Long, Long> idOf = new HashMap<>();
        for (int i = 0; i < grants.size(); i++) {
            long placeholder = request.getGrants(i).getPlaceholder();
            if (placeholder != 0) {
                idOf.put(placeholder, grants.get(i).id());
            }
        }
        return named(Requests.txn(request.getTxn()), idOf);
    }

    private static Command.Txn named(Command.Txn txn, Map<Long, Long> idOf) {
        return new Command.Txn(txn.compares(), named(txn.success(), idOf), named(txn.failure(), idOf));
    }

    private static List<Command.Op> named(List<Command.Op> ops, Map<Long, Long> idOf) {
        List<Command.Op> named = new ArrayList<>(ops.size());
        for (Command.Op op : ops) {
            named.add(named(op, idOf));
        }
        return named;
    }

    private static Command.Op named(Command.Op op, Map<Long, Long> idOf) {
        return switch (op) {
            case Command.Put put ->
                new Command.Put(
                        put.key(),
                        put.value(),
                        idOf.getOrDefault(put.leaseId(), put.leaseId()),
                        put.prevKv(),
                        put.ignoreValue(),
                        put.ignoreLease());
            case Command.Txn txn -> named(txn, idOf);
            case Command.DeleteRange delete -> delete;
            case Command.Range range -> range;
        };
    }

    /** Refuses a put that names a grant of the other branch alone: it would not be there. */
    private static Optional<Status> checkNames(
            TxnWithGrantRequest request, List<RequestOp> ops, TxnGrant.Branch otherBranch) {
        Set<Long> absent = new HashSet<>();
        for (TxnGrant grant : request.getGrantsList()) {
            if (grant.getBranch() == otherBranch) {
                absent.add(grant.getPlaceholder() != 0 ? grant.getPlaceholder() : grant.getId());
            }
        }
        absent.remove(0L);
        return absent.isEmpty() ? Optional.empty() : checkNames(ops, absent, RequestValidator.TXN_NESTING_MAX);
    }

    private static Optional<Status> checkNames(List<RequestOp> ops, Set<Long> absent, int depthLeft) {
        for (RequestOp op : ops) {
            long leaseId = op.getRequestPut().getLease();
            if (absent.contains(leaseId)) {
                return invalid("a put names lease " + leaseId + ", which is granted in the other branch only");
            }
            if (op.hasRequestTxn() && depthLeft > 0) {
                TxnRequest nested = op.getRequestTxn();
                Optional<Status> wrong = checkNames(nested.getSuccessList(), absent, depthLeft - 1)
                        .or(() -> checkNames(nested.getFailureList(), absent, depthLeft - 1));
                if (wrong.isPresent()) {
                    return wrong;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Status> checkSize(String field, int size, int limit) {
        return size >= 1 && size <= limit
                ? Optional.empty()
                : invalid(field + " has " + size + " elements, not 1 to " + limit);
    }
}
