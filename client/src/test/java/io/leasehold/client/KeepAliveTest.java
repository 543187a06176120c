package io.leasehold.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.grpc.Status;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.lease.LeaseListener;
import io.leasehold.client.lease.LeaseRenewal;
import io.leasehold.client.lease.LeaseState;
import io.leasehold.client.lease.LossReason;
import io.leasehold.protocol.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The cases of a lease that is kept alive, in virtual time. */
final class KeepAliveTest extends KeptLeases {
    @Test
    void a_part_of_a_second_is_rounded_up_and_the_answered_ttl_counts() {
        LeaseGrant granted = grant(Duration.ofMillis(300));

        keep(granted);
        advance(667);

        assertThat(granted.ttl()).isEqualTo(Duration.ofSeconds(2));
        assertThat(leases.asked).hasSize(1);
    }

    @Test
    void a_lease_granted_here_is_first_renewed_when_it_needs_to_be() {
        keep(grant(TEN));

        advance(1_600);
        assertThat(leases.asked).isEmpty();
        advance(1_800);
        assertThat(leases.asked).hasSize(1);
    }

    @Test
    void a_foreign_lease_is_renewed_at_once() {
        leases.add(5, 10);

        KeepAlive kept = client.leases().keepAlive(5, log);
        assertThat(kept.state()).isEqualTo(LeaseState.PENDING);
        assertThat(kept.isValid()).isFalse();
        time.settle();

        assertThat(leases.asked).hasSize(1);
        assertThat(kept.state()).isEqualTo(LeaseState.ACTIVE);
        assertThat(kept.validFor()).isEqualTo(Duration.ofMillis(9_950));
    }

    @Test
    void a_lease_that_is_kept_lives_on_and_is_renewed_about_three_times_per_ttl() {
        LeaseGrant granted = grant(TEN);
        KeepAlive kept = keep(granted);

        advance(600_000);

        assertThat(leases.isAlive(granted.id())).isTrue();
        assertThat(kept.isValid()).isTrue();
        assertThat(leases.asked).hasSizeBetween(180, 205);
        assertThat(log.losses).isEmpty();
        assertThat(log.states).isEmpty();
    }

    @Test
    void a_lease_counts_from_when_the_request_was_sent() {
        leases.add(5, 10);
        leases.silent = true;
        KeepAlive kept = client.leases().keepAlive(5, log);
        advance(400);

        leases.answer(5, 10);
        time.settle();

        assertThat(kept.validFor()).isEqualTo(Duration.ofMillis(9_950 - 400));
        assertThat(log.renewals).singleElement().satisfies(renewal -> assertThat(renewal.roundTrip())
                .isEqualTo(Duration.ofMillis(400)));
    }

    @Test
    void an_answer_without_time_ends_the_lease_once() {
        LeaseGrant granted = grant(TEN);
        KeepAlive kept = keep(granted);
        leases.remove(granted.id());

        advance(60_000);

        assertThat(log.losses).containsExactly(LossReason.SERVER_SAID_GONE);
        assertThat(log.errors).isEmpty();
        assertThat(leases.askedFor(granted.id())).isEqualTo(1);
        assertThat(kept.lost()).isCompletedWithValue(LossReason.SERVER_SAID_GONE);
        assertThat(kept.isValid()).isFalse();
    }

    @Test
    void a_stream_that_the_server_ends_in_good_order_is_opened_again() {
        LeaseGrant granted = grant(Duration.ofSeconds(3));
        keep(granted);
        advance(1_900);

        leases.endStreams(Status.OK);
        advance(60_000);

        assertThat(leases.isAlive(granted.id())).isTrue();
        assertThat(log.losses).isEmpty();
        assertThat(leases.streams).isEqualTo(2);
    }

    @Test
    void a_silent_server_is_asked_once_per_stream_and_given_up_for_another() {
        FakeLeases second = new FakeLeases(time);
        second.ttlSeconds.put(5L, 10L);
        second.deadlineNanos.put(5L, Long.MAX_VALUE / 2);
        leases.add(5, 10);
        leases.silent = true;
        try (VirtualCluster two = new VirtualCluster(time).server(leases).server(second)) {
            LeaseholdClient both = two.client();
            KeepAlive kept = both.leases().keepAlive(new LeaseGrant(5, TEN, 1, time.nanos()), log);

            advance(6_000);

            assertThat(leases.askedFor(5)).isEqualTo(1);
            assertThat(second.askedFor(5)).isGreaterThanOrEqualTo(1);
            assertThat(kept.isValid()).isTrue();
            assertThat(log.losses).isEmpty();
            both.close();
        }
    }

    @Test
    void a_server_that_never_answers_is_not_flooded() {
        leases.silent = true;
        LeaseGrant granted = grant(TEN);
        keep(granted);

        advance(20_000);

        // At a third, at a half, at two thirds, at five sixths of its time, and with them the pauses.
        assertThat(leases.askedFor(granted.id())).isBetween(3L, 5L);
        assertThat(log.losses).containsExactly(LossReason.LOCAL_DEADLINE);
    }

    @Test
    void an_outage_shorter_than_the_lease_is_one_error_and_no_loss() {
        LeaseGrant granted = grant(TEN);
        KeepAlive kept = keep(granted);
        advance(9_950);
        long validAtOutage = kept.validFor().toMillis();

        leases.refuseStreams = true;
        leases.endStreams(Status.UNAVAILABLE);
        advance(validAtOutage - 700);
        assertThat(kept.state()).isEqualTo(LeaseState.SUSPECT);
        assertThat(kept.isValid()).isTrue();
        leases.refuseStreams = false;
        advance(30_000);

        assertThat(log.errors).hasSize(1);
        assertThat(log.warnings).hasSize(1);
        assertThat(log.losses).isEmpty();
        assertThat(log.states).containsExactly(LeaseState.SUSPECT, LeaseState.ACTIVE);
        assertThat(leases.isAlive(granted.id())).isTrue();
    }

    @Test
    void an_outage_longer_than_the_lease_ends_it_at_its_time_and_not_before() {
        KeepAlive kept = keep(grant(TEN));
        leases.refuseStreams = true;
        leases.endStreams(Status.UNAVAILABLE);

        advance(9_949);
        assertThat(kept.isValid()).isTrue();
        assertThat(log.losses).isEmpty();
        advance(1);
        assertThat(kept.isValid()).isFalse();
        advance(20);

        assertThat(log.losses).containsExactly(LossReason.LOCAL_DEADLINE);
        assertThat(log.warnings).singleElement().satisfies(left -> assertThat(left.toMillis())
                .isCloseTo(3_283, within(30L)));
    }

    @Test
    void a_pause_of_the_process_beyond_the_lease_is_seen_by_whoever_asks_first() {
        KeepAlive kept = keep(grant(TEN));

        time.pause(Duration.ofSeconds(20));

        assertThat(kept.isValid()).isFalse();
        advance(0);
        assertThat(log.losses).containsExactly(LossReason.LOCAL_DEADLINE);
    }

    @Test
    void after_a_shorter_pause_a_lease_is_not_trusted_until_it_is_renewed() {
        leases.silent = true;
        KeepAlive kept = keep(grant(TEN));

        time.pause(Duration.ofSeconds(8));
        advance(0);
        assertThat(kept.isValid()).isFalse();
        assertThat(kept.state()).isEqualTo(LeaseState.SUSPECT);
        leases.answer(kept.leaseId(), 10);
        time.settle();

        assertThat(kept.isValid()).isTrue();
        assertThat(log.losses).isEmpty();
        assertThat(client.leases().counts().pauses()).isEqualTo(1);
    }

    @Test
    void time_in_which_the_machine_was_suspended_counts() {
        KeepAlive kept = keep(grant(TEN));

        time.suspend(Duration.ofSeconds(20));

        assertThat(kept.isValid()).isFalse();
    }

    @Test
    void a_listener_that_throws_does_not_keep_others_from_being_told() {
        LeaseGrant granted = grant(TEN);
        KeepAlive kept = client.leases().keepAlive(granted, new LeaseListener() {
            @Override
            public void onRenewed(LeaseRenewal renewal) {
                throw new IllegalStateException("on purpose");
            }
        });
        kept.listen(log);

        advance(60_000);

        assertThat(log.renewals).hasSizeGreaterThan(15);
        assertThat(leases.isAlive(granted.id())).isTrue();
    }

    @Test
    void a_listener_that_is_slow_is_told_the_newest_renewal_only_and_the_lease_lives_on() {
        List<Runnable> waiting = new ArrayList<>();
        try (LeaseholdClient slow = cluster.client(LeaseholdClient.builder(), waiting::add)) {
            leases.add(5, 10);
            KeepAlive kept = slow.leases().keepAlive(5, log);

            advance(30_000);
            assertThat(leases.askedFor(5)).isGreaterThan(8);
            assertThat(kept.isValid()).isTrue();
            assertThat(waiting).hasSizeLessThan(3);
            List.copyOf(waiting).forEach(Runnable::run);

            assertThat(log.renewals).singleElement().satisfies(newest -> assertThat(newest.validUntilNanos())
                    .isGreaterThan(time.nanos()));
        }
    }

    @Test
    void two_handles_share_the_renewals_and_the_last_one_ends_them() {
        LeaseGrant granted = grant(TEN);
        KeepAlive first = keep(granted);
        LeaseLog other = new LeaseLog();
        KeepAlive second = client.leases().keepAlive(granted.id(), other);
        time.settle();

        first.close();
        advance(30_000);
        assertThat(log.losses).containsExactly(LossReason.CLOSED);
        assertThat(other.losses).isEmpty();
        assertThat(leases.isAlive(granted.id())).isTrue();
        second.close();
        int asked = leases.asked.size();
        advance(30_000);

        assertThat(leases.asked).hasSize(asked);
        assertThat(leases.isAlive(granted.id())).isFalse();
    }

    @Test
    void closing_from_within_the_last_call_is_harmless() {
        LeaseGrant granted = grant(TEN);
        List<LossReason> told = new ArrayList<>();
        KeepAlive[] kept = new KeepAlive[1];
        kept[0] = client.leases().keepAlive(granted, new LeaseListener() {
            @Override
            public void onLost(long leaseId, LossReason reason) {
                told.add(reason);
                kept[0].close();
            }
        });
        leases.remove(granted.id());

        advance(60_000);

        assertThat(told).containsExactly(LossReason.SERVER_SAID_GONE);
    }

    @Test
    void ten_thousand_leases_are_one_stream_and_no_bursts() {
        List<KeepAlive> kept = new ArrayList<>();
        for (int i = 1; i <= 10_000; i++) {
            leases.add(i, 10);
            kept.add(client.leases().keepAlive(new LeaseGrant(i, TEN, 1, time.nanos()), LeaseListener.NONE));
        }

        advance(10_000);
        leases.asked.clear();
        advance(10_000);

        assertThat(leases.streams).isEqualTo(1);
        assertThat(leases.asked).hasSizeBetween(29_000, 33_500);
        assertThat(kept).allMatch(KeepAlive::isValid);
        int[] perTenth = new int[100];
        long from = time.nanos() - 10_000_000_000L;
        leases.asked.forEach(renewal -> perTenth[(int) Math.min((renewal.atNanos() - from) / 100_000_000L, 99)]++);
        assertThat(Arrays.stream(perTenth).max().orElseThrow()).isLessThan(1_200);
    }

    @Test
    void the_one_lease_that_may_not_be_renewed_does_not_take_the_others_with_it() {
        for (int i = 1; i <= 100; i++) {
            leases.add(i, 10);
        }
        leases.denied.add(50L);
        List<KeepAlive> kept = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            kept.add(client.leases().keepAlive(i, i == 50 ? log : LeaseListener.NONE));
        }

        advance(60_000);

        assertThat(log.losses).containsExactly(LossReason.REFUSED);
        assertThat(log.errors).anyMatch(error -> error.is(ErrorCode.PERMISSION_DENIED));
        assertThat(kept).filteredOn(KeepAlive::isValid).hasSize(99);
    }

    @Test
    void a_grant_whose_answer_was_lost_is_repeated_with_the_same_id() {
        leases.failGrantsAfterApplying = 1;

        CompletableFuture<LeaseGrant> granting = client.leases().grant(TEN);
        advance(1_000);

        LeaseGrant granted = granting.join();
        assertThat(leases.grants).isEqualTo(2);
        assertThat(leases.ttlSeconds).containsOnlyKeys(granted.id());
        assertThat(granted.ttl()).isEqualTo(TEN);
        assertThat(time.nanos() - granted.sentAtNanos()).isEqualTo(1_000_000_000L);
    }

    @Test
    void renewing_once_uses_the_common_stream() {
        leases.add(5, 10);
        keep(grant(TEN));
        advance(4_000);

        assertThat(cluster.now(client.leases().keepAliveOnce(5)).ttl()).isEqualTo(TEN);
        assertThatThrownBy(() -> cluster.now(client.leases().keepAliveOnce(6)))
                .isInstanceOfSatisfying(
                        LeaseholdException.class, refused -> assertThat(refused.is(ErrorCode.LEASE_NOT_FOUND))
                                .isTrue());
        assertThat(leases.streams).isEqualTo(1);
    }

    /** The stream of batches is tried first, and a server that has none ends it. */
    @Test
    void renewing_once_may_be_the_first_thing_a_server_without_batches_is_asked() {
        leases.add(5, 10);

        assertThat(cluster.now(client.leases().keepAliveOnce(5)).ttl()).isEqualTo(TEN);
        assertThat(leases.asked).hasSize(1);
    }

    @Test
    void renewing_once_has_a_time_limit() {
        leases.add(5, 10);
        leases.silent = true;

        CompletableFuture<LeaseRenewal> renewal = client.leases().keepAliveOnce(5);
        advance(5_000);

        assertThat(renewal).isCompletedExceptionally();
    }

    @Test
    void an_answer_for_a_lease_that_is_not_kept_is_counted_and_nothing_else() {
        keep(grant(TEN));
        advance(4_000);

        leases.answer(123, 10);
        time.settle();

        assertThat(client.leases().counts().unexpected()).isEqualTo(1);
    }

    @Test
    void the_newest_ttl_is_the_one_that_counts() {
        LeaseGrant granted = grant(TEN);
        KeepAlive kept = keep(granted);
        leases.ttlSeconds.put(granted.id(), 30L);
        advance(3_400);
        int asked = leases.asked.size();

        advance(6_000);

        assertThat(kept.ttl()).isEqualTo(Duration.ofSeconds(30));
        assertThat(leases.asked).hasSize(asked);
    }

    @Test
    void stopping_ends_all_and_they_can_be_kept_again() {
        LeaseGrant granted = grant(TEN);
        keep(granted);

        client.leases().stop();
        time.settle();
        assertThat(log.losses).containsExactly(LossReason.CLOSED);
        assertThat(leases.isAlive(granted.id())).isTrue();
        client.leases().start();
        client.leases().start();
        KeepAlive again = client.leases().keepAlive(granted.id(), LeaseListener.NONE);
        advance(60_000);

        assertThat(again.isValid()).isTrue();
    }

    @Test
    void nothing_can_be_kept_after_the_client_is_closed() {
        client.close();

        assertThatThrownBy(() -> client.leases().keepAlive(5, log)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_listener_that_comes_late_is_told_the_end() {
        LeaseGrant granted = grant(TEN);
        KeepAlive kept = client.leases().keepAlive(granted, LeaseListener.NONE);
        leases.remove(granted.id());
        advance(10_000);

        kept.listen(log);
        time.settle();

        assertThat(log.losses).containsExactly(LossReason.SERVER_SAID_GONE);
    }

    @Test
    void an_unused_stream_is_closed_after_a_while() {
        KeepAlive kept = keep(grant(TEN));
        advance(4_000);
        kept.close();

        advance(9_000);
        assertThat(leases.open).hasSize(1);
        advance(2_000);

        assertThat(leases.open).isEmpty();
    }
}
