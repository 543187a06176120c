package io.leasehold.interop.grpc;

import static io.leasehold.interop.grpc.Calls.bytes;
import static io.leasehold.interop.grpc.Calls.deleteOp;
import static io.leasehold.interop.grpc.Calls.putOp;
import static io.leasehold.interop.grpc.Calls.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import io.grpc.stub.ClientCalls;
import io.leasehold.interop.RunningServer;
import io.leasehold.protocol.etcdserverpb.Compare;
import io.leasehold.protocol.etcdserverpb.DefragmentRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrantResponse;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import io.leasehold.protocol.mvccpb.Event;
import io.leasehold.protocol.v3lockpb.LockRequest;
import io.leasehold.protocol.v3lockpb.LockResponse;
import io.leasehold.protocol.v3lockpb.UnlockRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Cases that belong to no service alone, or to the odd corners of several. */
@Timeout(120)
final class ServiceCasesIT {
    /** HealthCheckRequest and HealthCheckResponse are two small messages, so their bytes are written here as they are. */
    private static final byte[] ALL_SERVICES = {};

    private static final byte[] SERVING = {0x08, 0x01};
    private static final byte[] ANOTHER_SERVICE = {0x0A, 0x01, 'x'};

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    @RegisterExtension
    final Calls calls = new Calls(SERVER.endpoint());

    @Test
    void health_is_told_of_the_whole_server_and_of_no_other_service() {
        MethodDescriptor<byte[], byte[]> check = health("Check", MethodDescriptor.MethodType.UNARY);
        MethodDescriptor<byte[], byte[]> watch = health("Watch", MethodDescriptor.MethodType.SERVER_STREAMING);

        assertThat(ClientCalls.blockingUnaryCall(calls.channel(), check, CallOptions.DEFAULT, ALL_SERVICES))
                .isEqualTo(SERVING);
        assertThat(ClientCalls.blockingServerStreamingCall(calls.channel(), watch, CallOptions.DEFAULT, ALL_SERVICES)
                        .next())
                .isEqualTo(SERVING);
        assertThatThrownBy(() ->
                        ClientCalls.blockingUnaryCall(calls.channel(), check, CallOptions.DEFAULT, ANOTHER_SERVICE))
                .hasMessageStartingWith("NOT_FOUND");
    }

    @Test
    void a_put_tells_who_answered_and_a_defragmentation_does_not() {
        ResponseHeader header = calls.kv()
                .put(PutRequest.newBuilder().setKey(bytes("h")).build())
                .getHeader();

        assertThat(List.of(header.getClusterId(), header.getMemberId(), header.getRevision(), header.getRaftTerm()))
                .doesNotContain(0L);
        assertThat(calls.maintenance()
                        .defragment(DefragmentRequest.getDefaultInstance())
                        .hasHeader())
                .isFalse();
    }

    @Test
    void two_fields_have_the_numbers_that_nobody_would_guess() {
        byte[] watched =
                WatchResponse.newBuilder().addEvents(Event.newBuilder()).build().toByteArray();
        byte[] compare = Compare.newBuilder().setRangeEnd(bytes("z")).build().toByteArray();

        assertThat(watched).startsWith(0x5A);
        assertThat(compare).startsWith(0x82, 0x04);
    }

    @Test
    void a_grant_has_no_error_beside_its_status() {
        LeaseGrantResponse granted = calls.lease()
                .leaseGrant(LeaseGrantRequest.newBuilder().setTTL(60).build());

        assertThat(granted.getError()).isEmpty();
    }

    @Test
    void a_negative_lease_has_its_sign_in_the_key_of_a_lock() {
        calls.lease()
                .leaseGrant(LeaseGrantRequest.newBuilder().setID(-31).setTTL(60).build());

        LockResponse locked = calls.lock()
                .lock(LockRequest.newBuilder()
                        .setName(bytes("signed"))
                        .setLease(-31)
                        .build());

        assertThat(locked.getKey()).isEqualTo(bytes("signed/-1f"));
        assertThat(calls.get("signed/-1f").getKvs(0).getCreateRevision())
                .isEqualTo(locked.getHeader().getRevision());
        calls.lock().unlock(UnlockRequest.newBuilder().setKey(locked.getKey()).build());
    }

    @Test
    void a_compare_of_the_lease_sees_zero_once_the_lease_has_ended() {
        long lease = calls.grant(60);
        calls.put(PutRequest.newBuilder().setKey(bytes("leased")).setLease(lease));
        TxnRequest hasLease = compare(lease);
        assertThat(calls.kv().txn(hasLease).getSucceeded()).isTrue();
        assertThat(calls.kv().txn(compare(0)).getSucceeded()).isFalse();

        calls.revoke(lease);

        assertThat(calls.kv().txn(hasLease).getSucceeded()).isFalse();
        assertThat(calls.kv().txn(compare(0)).getSucceeded()).isTrue();
    }

    @Test
    void writes_that_meet_have_revisions_of_their_own_without_gaps() {
        long before = calls.revision();
        int writers = 8;
        int writes = 25;

        List<Long> revisions = IntStream.range(0, writers * writes)
                .parallel()
                .mapToObj(i -> calls.put("racing" + i % writers, "v"))
                .sorted()
                .toList();

        assertThat(revisions)
                .containsExactlyElementsOf(LongStream.rangeClosed(before + 1, before + (long) writers * writes)
                        .boxed()
                        .toList());
    }

    @Test
    void one_large_event_is_not_cut_though_it_may_be() {
        WatchSession watch = calls.watch();
        String large = "v".repeat(1_400_000);
        watch.create(WatchCreateRequest.newBuilder().setKey(bytes("large")).setFragment(true));
        calls.put("large", large);

        WatchResponse event = watch.next();

        assertThat(event.getFragment()).isFalse();
        assertThat(event.getEvents(0).getKv().getValue().size()).isEqualTo(large.length());
    }

    @Test
    void a_transaction_that_only_deletes_tells_what_it_found() {
        calls.put("gone", "v");

        assertThat(calls.txn(deleteOp("gone"), deleteOp("gone")).getResponsesList())
                .extracting(each -> each.getResponseDeleteRange().getDeleted())
                .containsExactly(1L, 0L);
        refused(
                Code.INVALID_ARGUMENT,
                "etcdserver: duplicate key given in txn request",
                () -> calls.txn(putOp("gone", "v"), deleteOp("gone")));
    }

    private static TxnRequest compare(long lease) {
        return TxnRequest.newBuilder()
                .addCompare(Compare.newBuilder()
                        .setKey(bytes("leased"))
                        .setTarget(Compare.CompareTarget.LEASE)
                        .setLease(lease))
                .build();
    }

    private static MethodDescriptor<byte[], byte[]> health(String method, MethodDescriptor.MethodType type) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(type)
                .setFullMethodName("grpc.health.v1.Health/" + method)
                .setRequestMarshaller(new Raw())
                .setResponseMarshaller(new Raw())
                .build();
    }

    /** Messages as the bytes they are. */
    private static final class Raw implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
