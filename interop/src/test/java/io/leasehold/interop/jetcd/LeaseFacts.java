package io.leasehold.interop.jetcd;

import static io.leasehold.interop.jetcd.JetcdClient.answer;
import static io.leasehold.interop.jetcd.JetcdClient.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcd.jetcd.lease.LeaseGrantResponse;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.lease.LeaseTimeToLiveResponse;
import io.etcd.jetcd.options.LeaseOption;
import io.etcd.jetcd.options.PutOption;
import io.grpc.stub.StreamObserver;
import io.leasehold.interop.Await;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Leases by jetcd's interfaces. */
// A renewal runs as long as its block, which has no need to mention it.
@SuppressWarnings("try")
abstract class LeaseFacts {
    /** Who is asked. */
    abstract JetcdClient client();

    @Test
    void a_grant_is_known_with_its_keys() {
        LeaseGrantResponse granted = answer(client().lease().grant(60));
        put("known", granted.getID());

        LeaseTimeToLiveResponse state = answer(client().lease()
                .timeToLive(
                        granted.getID(),
                        LeaseOption.builder().withAttachedKeys().build()));

        assertThat(granted.getTTL()).isEqualTo(60);
        assertThat(state.getGrantedTTL()).isEqualTo(60);
        assertThat(state.getTTL()).isBetween(57L, 60L);
        assertThat(state.getKeys()).containsExactly(bytes("known"));
    }

    @Test
    void keep_alive_once_renews() {
        long lease = answer(client().lease().grant(60)).getID();

        assertThat(answer(client().lease().keepAliveOnce(lease)).getTTL()).isEqualTo(60);
    }

    @Test
    void revoke_deletes_the_keys() {
        long lease = answer(client().lease().grant(60)).getID();
        put("revoked", lease);

        answer(client().lease().revoke(lease));

        assertThat(isThere("revoked")).isFalse();
        assertThatThrownBy(() -> answer(client().lease().revoke(lease)))
                .hasMessageContaining("etcdserver: requested lease not found");
    }

    @Test
    void a_lease_lives_while_it_is_kept_alive_and_ends_after() {
        long lease = answer(client().lease().grant(2)).getID();
        put("alive", lease);
        AtomicInteger renewals = new AtomicInteger();

        try (var keepAlive = client().lease().keepAlive(lease, new Counting(renewals))) {
            Await.until("five renewals of a lease of 2 s", Duration.ofSeconds(20), () -> renewals.get() >= 5);
            assertThat(isThere("alive")).isTrue();
        }

        Await.until("the end of the lease", Duration.ofSeconds(8), () -> !isThere("alive"));
    }

    @Test
    void put_with_an_unknown_lease_is_refused() {
        assertThatThrownBy(() -> put("unknown", 4711)).hasMessageContaining("etcdserver: requested lease not found");
    }

    private void put(String key, long lease) {
        answer(client().kv()
                .put(
                        bytes(key),
                        bytes("v"),
                        PutOption.builder().withLeaseId(lease).build()));
    }

    private boolean isThere(String key) {
        return answer(client().kv().get(bytes(key))).getCount() == 1;
    }

    /** Counts renewals that found the lease. */
    private record Counting(AtomicInteger renewals) implements StreamObserver<LeaseKeepAliveResponse> {
        @Override
        public void onNext(LeaseKeepAliveResponse answer) {
            if (answer.getTTL() > 0) {
                renewals.incrementAndGet();
            }
        }

        @Override
        public void onError(Throwable reason) {}

        @Override
        public void onCompleted() {}
    }
}
