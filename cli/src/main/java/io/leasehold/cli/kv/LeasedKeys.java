package io.leasehold.cli.kv;

import io.leasehold.cli.Connection;
import io.leasehold.cli.output.Simple;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveResponse;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import io.leasehold.protocol.mvccpb.KeyValue;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** {@code get --show-lease}: below each key and value the lease they end with, and what is left of it. */
final class LeasedKeys {
    private final Connection connection;
    private final Map<Long, String> lineById = new HashMap<>();

    LeasedKeys(Connection connection) {
        this.connection = connection;
    }

    void print(RangeResponse response, Simple out) {
        for (KeyValue kv : response.getKvsList()) {
            out.pair(kv);
            out.line(kv.getLease() == 0 ? "no lease" : lineById.computeIfAbsent(kv.getLease(), this::line));
        }
    }

    private String line(long id) {
        LeaseTimeToLiveResponse left = connection.call(
                LeaseGrpc.getLeaseTimeToLiveMethod(),
                LeaseTimeToLiveRequest.newBuilder().setID(id).build());
        String name = String.format(Locale.ROOT, "lease %016x", id);
        return left.getTTL() < 0
                ? name + " has ended meanwhile"
                : name + ", " + left.getTTL() + "s of " + left.getGrantedTTL() + "s left";
    }
}
