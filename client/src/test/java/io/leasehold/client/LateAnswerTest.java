package io.leasehold.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.lease.LeaseRenewal;
import io.leasehold.client.lease.LossReason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Answers that come late count from the request that they answer, not from a later one for the same lease. */
final class LateAnswerTest extends KeptLeases {
    private static final long LEASE = 5;

    private KeepAlive keepForeign() {
        KeepAlive kept = client.leases().keepAlive(LEASE, log);
        time.settle();
        return kept;
    }

    private void sentBefore(long millis) {
        leases.add(LEASE, 10);
        leases.silent = true;
        keepForeign().close();
        advance(millis);
    }

    @Test
    void a_lease_that_is_kept_anew_counts_from_the_request_that_is_answered() {
        sentBefore(400);

        KeepAlive kept = keepForeign();
        leases.answer(LEASE, 10);
        time.settle();

        assertThat(kept.validFor()).isEqualTo(Duration.ofMillis(9_950 - 400));
        assertThat(leases.askedFor(LEASE)).isEqualTo(1);
    }

    @Test
    void a_request_without_an_answer_is_made_again_on_a_new_stream() {
        sentBefore(400);

        KeepAlive kept = keepForeign();
        leases.silent = false;
        advance(2_000);

        assertThat(kept.isValid()).isTrue();
        assertThat(leases.streams).isEqualTo(2);
    }

    @Test
    void what_was_asked_once_counts_for_a_lease_that_is_kept_meanwhile() {
        leases.add(LEASE, 10);
        leases.silent = true;
        CompletableFuture<LeaseRenewal> once = client.leases().keepAliveOnce(LEASE);
        advance(300);

        KeepAlive kept = keepForeign();
        leases.answer(LEASE, 10);
        time.settle();

        assertThat(once).isCompleted();
        assertThat(kept.validFor()).isEqualTo(Duration.ofMillis(9_950 - 300));
        assertThat(leases.askedFor(LEASE)).isEqualTo(1);
    }

    @Test
    void asking_once_for_a_lease_that_is_kept_renews_it() {
        KeepAlive kept = keep(grant(TEN));
        advance(1_000);

        cluster.now(client.leases().keepAliveOnce(kept.leaseId()));

        assertThat(kept.validFor()).isEqualTo(Duration.ofMillis(9_950));
        assertThat(client.leases().counts().unexpected()).isZero();
    }

    @Test
    void that_a_lease_was_gone_says_nothing_of_one_that_was_granted_since() {
        leases.silent = true;
        keepForeign().close();
        time.settle();

        leases.silent = false;
        cluster.now(client.leases().grant(TEN, LEASE));
        KeepAlive kept = client.leases().keepAlive(cluster.now(client.leases().grant(TEN)), log);
        KeepAlive again = client.leases().keepAlive(new LeaseGrant(LEASE, TEN, 1, time.nanos()), log);
        time.settle();
        leases.answer(LEASE, 0);
        advance(1_000);

        assertThat(again.isValid()).isTrue();
        assertThat(kept.isValid()).isTrue();
        assertThat(log.losses).containsExactly(LossReason.CLOSED);
    }

    @Test
    void a_short_lease_outlives_a_network_that_is_slower_than_its_answers_should_be() {
        leases.answersAfterMillis = 700;
        KeepAlive kept = keep(grant(Duration.ofSeconds(3)));

        advance(120_000);

        assertThat(log.losses).isEmpty();
        assertThat(kept.isValid()).isTrue();
        // Once it is known how long answers take no stream is given up for it.
        assertThat(leases.streams).isLessThan(6);
    }

    @Test
    void stopping_all_keepalives_does_not_lose_what_was_asked_once() {
        leases.add(LEASE, 10);
        leases.silent = true;
        CompletableFuture<LeaseRenewal> once = client.leases().keepAliveOnce(LEASE);
        time.settle();
        leases.silent = false;

        client.leases().stop();
        time.settle();

        assertThat(once).isCompleted();
    }
}
