package io.leasehold.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.LeaseListener;
import io.leasehold.client.lease.LeaseRenewal;
import io.leasehold.client.lease.LossReason;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Bugs that users of jetcd have reported, by their issue's number, tried on our client. Others of them are facts of
 * {@code CallTest}, {@code WatchTest}, {@code KeepAliveTest} and the tests against servers; docs/jetcd-migration.md has the
 * list.
 */
final class JetcdBugsTest extends KeptLeases {
    /** 1134: all of a processor when the cluster cannot be reached. */
    @Test
    void a_server_that_refuses_every_stream_is_asked_ever_more_seldom() {
        leases.refuseStreams = true;
        KeepAlive kept = client.leases().keepAlive(leases.add(5, 10), LeaseListener.NONE);

        time.advance(Duration.ofMinutes(5));

        assertThat(leases.streams).isBetween(10, 600);
        assertThat(kept.lost()).isNotDone();
    }

    /** 1134, for watches. */
    @Test
    void a_watch_that_ends_at_once_each_time_is_not_begun_in_a_loop() {
        watches.answerCreations = false;
        client.watches().watch(ByteSequence.utf8("k"), batch -> {});
        for (int second = 0; second < 60; second++) {
            time.advance(Duration.ofSeconds(1));
            watches.end(Status.UNAVAILABLE);
        }

        assertThat(watches.streams).isBetween(10, 120);
    }

    /** A one-shot renewal was sent twice. */
    @Test
    void renewing_once_asks_once() {
        leases.add(5, 10);

        assertThat(cluster.now(client.leases().keepAliveOnce(5)).ttl()).isEqualTo(Duration.ofSeconds(10));

        assertThat(leases.askedFor(5)).isEqualTo(1);
    }

    /** 315: closing from within a callback deadlocks. */
    @Test
    void a_lease_may_be_given_up_or_revoked_from_within_its_listener() {
        List<LossReason> ends = new ArrayList<>();
        LeaseListener listener = new LeaseListener() {
            @Override
            public void onRenewed(LeaseRenewal renewal) {
                assertThat(client.leases().revoke(renewal.id())).isNotNull();
            }

            @Override
            public void onLost(long leaseId, LossReason reason) {
                ends.add(reason);
            }
        };
        client.leases().keepAlive(leases.add(5, 10), listener);

        time.advance(Duration.ofSeconds(10));

        assertThat(ends).containsExactly(LossReason.REVOKED);
        assertThat(leases.isAlive(5)).isFalse();
    }

    /** 1226 and others: a future that never completes. */
    @Test
    void every_future_ends_while_no_server_answers() {
        leases.silent = true;
        var once = client.leases().keepAliveOnce(5);
        cluster.stop(0);
        var grant = client.leases().grant(Duration.ofSeconds(5));
        var get = client.kv().get(ByteSequence.utf8("k"));
        var put = client.kv().put(ByteSequence.utf8("k"), ByteSequence.EMPTY);
        var open = client.leases().list();

        time.advance(Duration.ofSeconds(6));

        assertThat(List.of(once, grant, get, put, open)).allMatch(future -> future.isCompletedExceptionally());
    }
}
