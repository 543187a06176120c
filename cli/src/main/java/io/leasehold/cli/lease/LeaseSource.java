package io.leasehold.cli.lease;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.leasehold.cli.Connection;
import io.leasehold.cli.CtlException;
import io.leasehold.protocol.etcdserverpb.LeaseLeasesRequest;
import io.leasehold.protocol.etcdserverpb.LeaseStatus;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveResponse;
import io.leasehold.protocol.leasehold.v1.LeaseGrpc;
import io.leasehold.protocol.leasehold.v1.LeaseState;
import io.leasehold.protocol.leasehold.v1.ListLeasesRequest;
import io.leasehold.protocol.leasehold.v1.ListLeasesResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lists leases with all that is known of them: from Leasehold in pages, from etcd lease by lease, which takes a call for
 * each. One thread.
 */
final class LeaseSource {
    /** The most that the server gives in a page. */
    private static final int PAGE_LEASES = 1_000;

    /** A view that people look at; whoever has more leases filters. */
    static final int LEASES_LIMIT = 100_000;

    private final Connection connection;
    private final boolean keys;
    private boolean etcd;

    /** {@code keys}: whether the keys themselves are wanted, not only how many there are. */
    LeaseSource(Connection connection, boolean keys) {
        this.connection = connection;
        this.keys = keys;
    }

    /** All leases, those that end soonest first; with a prefix only those with a key that begins with it. */
    List<LeaseRow> list(ByteString keyPrefix) {
        if (!etcd) {
            try {
                return fromLeasehold(keyPrefix);
            } catch (CtlException e) {
                if (!isUnknownMethod(e)) {
                    throw e;
                }
                etcd = true;
            }
        }
        return fromEtcd(keyPrefix);
    }

    /** Whether a call was refused because the server has no such method: it is etcd, then. */
    static boolean isUnknownMethod(CtlException failure) {
        return failure.getCause() instanceof StatusRuntimeException refusal
                && refusal.getStatus().getCode() == Status.Code.UNIMPLEMENTED;
    }

    private List<LeaseRow> fromLeasehold(ByteString keyPrefix) {
        List<LeaseRow> rows = new ArrayList<>();
        ByteString token = ByteString.EMPTY;
        do {
            ListLeasesResponse page = connection.call(
                    LeaseGrpc.getListLeasesMethod(),
                    ListLeasesRequest.newBuilder()
                            .setPageSize(PAGE_LEASES)
                            .setPageToken(token)
                            .setOrder(ListLeasesRequest.Order.TIME_LEFT)
                            .setKeyPrefix(keyPrefix)
                            .setKeys(keys)
                            .build());
            for (LeaseState lease : page.getLeasesList()) {
                rows.add(new LeaseRow(
                        lease.getId(), lease.getLeftMs(), lease.getTtlMs(), lease.getKeyCount(), lease.getKeysList()));
            }
            token = page.getNextPageToken();
        } while (!token.isEmpty() && rows.size() < LEASES_LIMIT);
        return rows;
    }

    private List<LeaseRow> fromEtcd(ByteString keyPrefix) {
        List<LeaseRow> rows = new ArrayList<>();
        for (LeaseStatus lease : connection
                .call(
                        io.leasehold.protocol.etcdserverpb.LeaseGrpc.getLeaseLeasesMethod(),
                        LeaseLeasesRequest.getDefaultInstance())
                .getLeasesList()) {
            LeaseTimeToLiveResponse left = timeToLive(lease.getID());
            boolean isWanted =
                    keyPrefix.isEmpty() || left.getKeysList().stream().anyMatch(key -> key.startsWith(keyPrefix));
            if (left.getTTL() >= 0 && isWanted) {
                rows.add(row(left));
            }
        }
        rows.sort(LeaseRow.BY_TIME_LEFT);
        return rows;
    }

    /** One lease by etcd's call; a negative time left says that there is none. */
    LeaseTimeToLiveResponse timeToLive(long id) {
        return connection.call(
                io.leasehold.protocol.etcdserverpb.LeaseGrpc.getLeaseTimeToLiveMethod(),
                LeaseTimeToLiveRequest.newBuilder().setID(id).setKeys(true).build());
    }

    private static LeaseRow row(LeaseTimeToLiveResponse left) {
        return new LeaseRow(
                left.getID(),
                TimeUnit.SECONDS.toMillis(left.getTTL()),
                TimeUnit.SECONDS.toMillis(left.getGrantedTTL()),
                left.getKeysCount(),
                left.getKeysList());
    }
}
