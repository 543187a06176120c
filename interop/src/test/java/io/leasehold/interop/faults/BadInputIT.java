package io.leasehold.interop.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.leasehold.interop.RunningServer;
import io.leasehold.protocol.etcdserverpb.CompactionRequest;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeRequest;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests that must be refused, with etcd's code and text, and leave the store as it was. */
final class BadInputIT {
    private static final int MEBIBYTE = 1 << 20;

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    private final Connection connection = new Connection(SERVER.endpoint());
    private long revisionBefore;

    @BeforeEach
    void remember_the_revision() {
        revisionBefore = revision();
    }

    @AfterEach
    void nothing_has_changed() {
        assertThat(revision()).isEqualTo(revisionBefore);
        connection.close();
    }

    @Test
    void empty_keys_are_refused() {
        refused(Status.Code.INVALID_ARGUMENT, "etcdserver: key is not provided", c -> c.put("", "v"));
        refused(Status.Code.INVALID_ARGUMENT, "etcdserver: key is not provided", c -> c.get(""));
        refused(Status.Code.INVALID_ARGUMENT, "etcdserver: key is not provided", c -> c.kv().deleteRange(
                        DeleteRangeRequest.getDefaultInstance()));
    }

    @Test
    void a_value_above_the_limit_of_a_request_is_refused() {
        PutRequest tooLarge = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("large"))
                .setValue(ByteString.copyFrom(new byte[MEBIBYTE * 7 / 4]))
                .build();

        refused(Status.Code.INVALID_ARGUMENT, "etcdserver: request is too large", c -> c.kv().put(tooLarge));
    }

    @Test
    void a_key_above_the_limit_of_a_request_is_refused() {
        PutRequest tooLarge = PutRequest.newBuilder()
                .setKey(ByteString.copyFrom(new byte[MEBIBYTE * 7 / 4]))
                .build();

        refused(Status.Code.INVALID_ARGUMENT, "etcdserver: request is too large", c -> c.kv().put(tooLarge));
    }

    @Test
    void a_message_above_the_limit_of_the_transport_is_refused() {
        PutRequest tooLarge = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("huge"))
                .setValue(ByteString.copyFrom(new byte[3 * MEBIBYTE]))
                .build();

        StatusRuntimeException refusal = catchThrowableOfType(
                StatusRuntimeException.class, () -> connection.kv().put(tooLarge));

        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void a_txn_with_too_many_operations_is_refused() {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (int i = 0; i < 129; i++) {
            txn.addSuccess(RequestOp.newBuilder().setRequestPut(Connection.putRequest("many/" + i, "v", 0)));
        }

        refused(Status.Code.INVALID_ARGUMENT, "etcdserver: too many operations in txn request", c -> c.kv().txn(
                        txn.build()));
    }

    @Test
    void a_txn_that_puts_a_key_twice_is_refused() {
        TxnRequest txn = TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder().setRequestPut(Connection.putRequest("twice", "1", 0)))
                .addSuccess(RequestOp.newBuilder().setRequestPut(Connection.putRequest("twice", "2", 0)))
                .build();

        refused(Status.Code.INVALID_ARGUMENT, "etcdserver: duplicate key given in txn request", c -> c.kv().txn(txn));
    }

    @Test
    void ignoring_and_giving_a_value_or_a_lease_is_refused() {
        refused(Status.Code.INVALID_ARGUMENT, "etcdserver: value is provided", c -> c.kv().put(
                        Connection.putRequest("k", "v", 0).toBuilder()
                                .setIgnoreValue(true)
                                .build()));
        refused(Status.Code.INVALID_ARGUMENT, "etcdserver: lease is provided", c -> c.kv().put(
                        Connection.putRequest("k", "v", 1).toBuilder()
                                .setIgnoreLease(true)
                                .build()));
        refused(Status.Code.INVALID_ARGUMENT, "etcdserver: key not found", c -> c.kv().put(
                        Connection.putRequest("never-put", "", 0).toBuilder()
                                .setIgnoreValue(true)
                                .build()));
    }

    @Test
    void revisions_of_the_future_are_refused() {
        String text = "etcdserver: mvcc: required revision is a future revision";

        refused(Status.Code.OUT_OF_RANGE, text, c -> c.kv().range(RangeRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("k"))
                .setRevision(1_000_000)
                .build()));
        refused(Status.Code.OUT_OF_RANGE, text, c -> c.kv().compact(
                        CompactionRequest.newBuilder().setRevision(1_000_000).build()));
    }

    @Test
    void unknown_leases_are_refused() {
        String text = "etcdserver: requested lease not found";

        refused(Status.Code.NOT_FOUND, text, c -> c.put("k", "v", 4711));
        refused(Status.Code.NOT_FOUND, text, c -> c.lease()
                .leaseRevoke(LeaseRevokeRequest.newBuilder().setID(4711).build()));
        refused(Status.Code.NOT_FOUND, text, c -> c.lease().leaseRevoke(LeaseRevokeRequest.getDefaultInstance()));
        assertThat(connection.timeToLive(4711).getTTL()).isEqualTo(-1);
    }

    @Test
    void leases_that_are_too_long_or_known_already_are_refused() {
        refused(Status.Code.OUT_OF_RANGE, "etcdserver: too large lease TTL", c -> c.grant(9_000_000_001L));

        LeaseGrantRequest seven =
                LeaseGrantRequest.newBuilder().setID(7).setTTL(60).build();
        assertThat(connection.lease().leaseGrant(seven).getID()).isEqualTo(7);
        refused(Status.Code.FAILED_PRECONDITION, "etcdserver: lease already exists", c -> c.lease()
                .leaseGrant(seven));
    }

    private void refused(Status.Code code, String text, Function<Connection, ?> request) {
        StatusRuntimeException refusal =
                catchThrowableOfType(StatusRuntimeException.class, () -> request.apply(connection));

        assertThat(refusal).isNotNull();
        assertThat(refusal.getStatus().getCode()).isEqualTo(code);
        assertThat(refusal.getStatus().getDescription()).isEqualTo(text);
    }

    private long revision() {
        return connection.get("no-such-key").getHeader().getRevision();
    }
}
