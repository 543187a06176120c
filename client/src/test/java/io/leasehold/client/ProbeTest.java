package io.leasehold.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.lease.LeaseState;
import io.leasehold.client.lease.LossReason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A keepalive that goes on asking behind its local deadline. */
final class ProbeTest extends KeptLeases {
    private final LeaseLog stopping = new LeaseLog();

    private KeepAlive probe(LeaseGrant grant) {
        KeepAlive kept = client.leases().probingAfterDeadline().keepAlive(grant, log);
        time.settle();
        return kept;
    }

    private void cutOff() {
        leases.refuseStreams = true;
        leases.endStreams(Status.UNAVAILABLE);
    }

    @Test
    void a_lease_that_the_server_has_extended_is_found_again() {
        LeaseGrant granted = grant(TEN);
        KeepAlive probing = probe(granted);
        cutOff();
        leases.add(granted.id(), 60);

        advance(15_000);
        assertThat(probing.state()).isEqualTo(LeaseState.SUSPECT);
        assertThat(probing.isValid()).isFalse();
        assertThat(log.losses).isEmpty();
        leases.refuseStreams = false;
        advance(10_000);

        assertThat(probing.isValid()).isTrue();
        assertThat(log.states).containsExactly(LeaseState.SUSPECT, LeaseState.ACTIVE);
        assertThat(log.losses).isEmpty();
    }

    @Test
    void a_lease_that_has_ended_on_the_server_ends_with_the_servers_word_once() {
        KeepAlive probing = probe(grant(TEN));
        cutOff();

        advance(15_000);
        leases.refuseStreams = false;
        advance(30_000);

        assertThat(log.losses).containsExactly(LossReason.SERVER_SAID_GONE);
        assertThat(probing.state()).isEqualTo(LeaseState.LOST);
        assertThat(client.leases().counts().kept()).isZero();
    }

    @Test
    void who_does_not_probe_loses_the_lease_at_its_deadline_all_the_same() {
        LeaseGrant granted = grant(TEN);
        KeepAlive probing = probe(granted);
        client.leases().keepAlive(granted, stopping);
        time.settle();
        cutOff();
        leases.add(granted.id(), 60);

        advance(15_000);
        assertThat(stopping.losses).containsExactly(LossReason.LOCAL_DEADLINE);
        LeaseLog late = new LeaseLog();
        client.leases().keepAlive(granted, late);
        time.settle();
        assertThat(late.losses).containsExactly(LossReason.LOCAL_DEADLINE);
        leases.refuseStreams = false;
        advance(10_000);

        assertThat(probing.isValid()).isTrue();
        assertThat(stopping.losses).hasSize(1);
    }

    @Test
    void without_an_answer_it_is_asked_for_ever_more_seldom_until_it_is_given_up() {
        KeepAlive probing = probe(grant(TEN));
        cutOff();
        advance(60_000);
        int before = leases.streams;

        advance(60_000);
        assertThat(leases.streams - before).isBetween(5, 60);
        probing.close();
        time.settle();
        int after = leases.streams;
        advance(60_000);

        // One that was to be opened by then may be.
        assertThat(leases.streams).isLessThanOrEqualTo(after + 1);
        assertThat(log.losses).containsExactly(LossReason.CLOSED);
    }

    @Test
    void a_silent_server_is_not_asked_in_a_loop() {
        leases.silent = true;
        LeaseGrant granted = grant(TEN);
        probe(granted);

        advance(120_000);

        assertThat(leases.askedFor(granted.id())).isBetween(10L, 120L);
        assertThat(log.losses).isEmpty();
    }

    @Test
    void a_pause_of_the_process_longer_than_the_lease_is_survived_when_the_server_has_it_still() {
        LeaseGrant granted = grant(TEN);
        KeepAlive probing = probe(granted);
        leases.add(granted.id(), 60);

        time.pause(Duration.ofSeconds(20));
        assertThat(probing.isValid()).isFalse();
        advance(2_000);

        assertThat(probing.isValid()).isTrue();
        assertThat(log.losses).isEmpty();
    }
}
