package io.leasehold.interop.grpc;

import static io.leasehold.interop.grpc.Calls.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.leasehold.interop.Await;
import io.leasehold.interop.RunningServer;
import io.leasehold.interop.ServerTarget;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.mvccpb.KeyValue;
import io.leasehold.protocol.v3lockpb.LockGrpc;
import io.leasehold.protocol.v3lockpb.LockRequest;
import io.leasehold.protocol.v3lockpb.LockResponse;
import io.leasehold.protocol.v3lockpb.UnlockRequest;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Locks that the server keeps: who gets them, in which order, and what is left behind. */
final class LockCasesIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    @RegisterExtension
    final Calls calls = new Calls(SERVER.endpoint());

    @Test
    void the_key_is_the_name_and_the_lease_in_hex() {
        long lease = calls.grant(60);

        LockResponse locked = lock("plain", lease);

        assertThat(locked.getKey()).isEqualTo(bytes("plain/" + Long.toHexString(lease)));
        KeyValue key = calls.get(locked.getKey().toStringUtf8()).getKvs(0);
        assertThat(key.getValue().isEmpty()).isTrue();
        assertThat(key.getLease()).isEqualTo(lease);
        assertThat(locked.getHeader().getRevision()).isEqualTo(key.getCreateRevision());
    }

    @Test
    void who_holds_it_gets_it_again_at_once() {
        long lease = calls.grant(60);
        LockResponse first = lock("again", lease);
        long revision = calls.revision();

        assertThat(lock("again", lease).getKey()).isEqualTo(first.getKey());
        assertThat(calls.revision()).isEqualTo(revision);
    }

    @Test
    void without_a_lease_the_server_grants_one_of_a_minute() {
        LockResponse locked = lock("leaseless", 0);

        long lease = calls.get(locked.getKey().toStringUtf8()).getKvs(0).getLease();
        assertThat(locked.getKey().toStringUtf8()).isEqualTo("leaseless/" + Long.toHexString(lease));
        assertThat(calls.lease()
                        .leaseTimeToLive(
                                LeaseTimeToLiveRequest.newBuilder().setID(lease).build())
                        .getGrantedTTL())
                .isEqualTo(60);
    }

    @Test
    void a_name_may_be_empty() {
        long lease = calls.grant(60);

        assertThat(lock("", lease).getKey()).isEqualTo(bytes("/" + Long.toHexString(lease)));
    }

    @Test
    void an_unknown_lease_is_refused() {
        assertThatThrownBy(() -> lock("unknown", 4711))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageEndingWith("etcdserver: requested lease not found");
        assertThat(keysOf("unknown")).isZero();
    }

    @Test
    void those_who_wait_come_in_the_order_of_their_keys() throws Exception {
        LockResponse holder = lock("queue", calls.grant(60));
        ListenableFuture<LockResponse> second = waiting("queue", calls.grant(60), 2);
        ListenableFuture<LockResponse> third = waiting("queue", calls.grant(60), 3);

        long unlocked = unlock(holder.getKey());

        assertThat(second.get(20, TimeUnit.SECONDS).getHeader().getRevision()).isGreaterThanOrEqualTo(unlocked);
        assertThat(third.isDone()).isFalse();
        unlock(second.get().getKey());
        assertThat(third.get(20, TimeUnit.SECONDS).getKey())
                .isNotEqualTo(second.get().getKey());
    }

    @Test
    void who_gives_up_leaves_no_key_and_disturbs_nobody() throws Exception {
        LockResponse holder = lock("patience", calls.grant(60));
        ListenableFuture<LockResponse> second = waiting("patience", calls.grant(60), 2);
        ListenableFuture<LockResponse> third = waiting("patience", calls.grant(60), 3);

        second.cancel(true);

        Await.until("the key to go", LIMIT, () -> keysOf("patience") == 2);
        assertThat(third.isDone()).isFalse();
        unlock(holder.getKey());
        assertThat(third.get(20, TimeUnit.SECONDS).getKey().isEmpty()).isFalse();
    }

    @Test
    void a_lost_connection_gives_the_place_in_the_queue_up() throws Exception {
        LockResponse holder = lock("cut", calls.grant(60));
        Calls other = new Calls(SERVER.endpoint());
        ListenableFuture<LockResponse> second =
                LockGrpc.newFutureStub(other.channel()).lock(request("cut", calls.grant(60)));
        Await.until("the second key", LIMIT, () -> keysOf("cut") == 2);
        assertThat(second.isDone()).isFalse();

        other.close();

        Await.until("the key to go", LIMIT, () -> keysOf("cut") == 1);
        unlock(holder.getKey());
    }

    @Test
    void a_holder_whose_lease_ends_hands_the_lock_on() throws Exception {
        long lease = calls.grant(60);
        lock("heir", lease);
        ListenableFuture<LockResponse> heir = waiting("heir", calls.grant(60), 2);

        calls.revoke(lease);

        assertThat(heir.get(20, TimeUnit.SECONDS).getKey().isEmpty()).isFalse();
    }

    @Test
    void who_waits_on_a_lease_that_ends_is_told_at_once() {
        Assumptions.assumeTrue(ServerTarget.configured() == ServerTarget.LEASEHOLD, "etcd notices it too late");
        lock("lapsed", calls.grant(60));
        long lease = calls.grant(60);
        ListenableFuture<LockResponse> second = waiting("lapsed", lease, 2);

        calls.revoke(lease);

        assertThatThrownBy(() -> second.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasMessageEndingWith("mutex: session is expired");
    }

    @Test
    void unlocking_deletes_exactly_the_key_whoever_asks() {
        LockResponse locked = lock("open", calls.grant(60));

        unlock(locked.getKey());
        unlock(locked.getKey());

        assertThat(keysOf("open")).isZero();
        calls.put("not a lock", "v");
        unlock(bytes("not a lock"));
        assertThat(calls.get("not a lock").getCount()).isZero();
        assertThatThrownBy(() -> unlock(ByteString.EMPTY)).hasMessageEndingWith("etcdserver: key is not provided");
    }

    @Test
    void nested_names_stand_in_one_line() {
        LockResponse inner = lock("line/inner", calls.grant(60));
        ListenableFuture<LockResponse> outer = waiting("line", calls.grant(60), 2);

        assertThat(outer.isDone()).isFalse();
        unlock(inner.getKey());
        Await.until("the outer lock", LIMIT, outer::isDone);
    }

    private LockResponse lock(String name, long lease) {
        return calls.lock().lock(request(name, lease));
    }

    /** Asks for a lock that somebody holds; returns when its key is the last of so many. */
    private ListenableFuture<LockResponse> waiting(String name, long lease, int keys) {
        ListenableFuture<LockResponse> answer =
                LockGrpc.newFutureStub(calls.channel()).lock(request(name, lease));
        Await.until("the place in the queue", LIMIT, () -> keysOf(name) == keys);
        return answer;
    }

    private long unlock(ByteString key) {
        return calls.lock()
                .unlock(UnlockRequest.newBuilder().setKey(key).build())
                .getHeader()
                .getRevision();
    }

    private long keysOf(String name) {
        return calls.kv()
                .range(RangeRequest.newBuilder()
                        .setKey(bytes(name + "/"))
                        .setRangeEnd(bytes(name + "0"))
                        .setCountOnly(true)
                        .build())
                .getCount();
    }

    private static LockRequest request(String name, long lease) {
        return LockRequest.newBuilder().setName(bytes(name)).setLease(lease).build();
    }
}
