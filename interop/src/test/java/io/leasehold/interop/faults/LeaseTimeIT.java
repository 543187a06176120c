package io.leasehold.interop.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.interop.Await;
import io.leasehold.interop.ServerProcess;
import io.leasehold.interop.ServerTarget;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When leases end, seen from outside. Time is taken before a request is sent, so "not before" errs to the safe side. */
final class LeaseTimeIT {
    /** Whole seconds of TTL, a restart in between and a machine that does much else: late by this much is late. */
    private static final Duration LATE_MAX = Duration.ofSeconds(5);

    private final ServerProcess server = ServerProcess.start(ServerTarget.configured());
    private final Connection connection = new Connection(server.endpoint());

    @AfterEach
    void stop() {
        connection.close();
        server.close();
    }

    @Test
    void a_lease_ends_after_its_ttl_and_not_before() {
        long start = System.nanoTime();
        long lease = connection.grant(3);
        connection.put("k", "v", lease);

        Duration end = awaitEnd("k", start);

        assertThat(end).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(3).plus(LATE_MAX));
        assertThat(connection.timeToLive(lease).getGrantedTTL()).isZero();
    }

    @Test
    void renewals_keep_a_lease_and_the_last_one_counts() {
        long lease = connection.grant(4);
        connection.put("k", "v", lease);
        long lastRenewal = System.nanoTime();
        try (Renewals renewals = new Renewals(connection.channel())) {
            for (int i = 0; i < 6; i++) {
                Await.pause(Duration.ofMillis(900));
                lastRenewal = System.nanoTime();
                assertThat(renewals.renew(lease)).isEqualTo(4);
            }
        }
        assertThat(connection.isThere("k")).isTrue();

        Duration end = awaitEnd("k", lastRenewal);

        assertThat(end).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(4).plus(LATE_MAX));
    }

    @Test
    void renewals_answer_in_order_and_zero_for_unknown_leases() {
        long lease = connection.grant(60);

        try (Renewals renewals = new Renewals(connection.channel())) {
            assertThat(renewals.renew(lease)).isEqualTo(60);
            assertThat(renewals.renew(4711)).isZero();
            assertThat(renewals.renew(0)).isZero();
            assertThat(renewals.renew(lease)).isEqualTo(60);
        }
    }

    @Test
    void a_restart_never_ends_a_lease_early() {
        long lease = connection.grant(4);
        connection.put("k", "v", lease);
        Await.pause(Duration.ofSeconds(1));
        long lastRenewal = System.nanoTime();
        try (Renewals renewals = new Renewals(connection.channel())) {
            assertThat(renewals.renew(lease)).isEqualTo(4);
        }

        server.kill();
        server.restart();
        long restarted = System.nanoTime();
        Await.until("the connection", Duration.ofSeconds(20), () -> connection.isThere("k"));

        assertThat(awaitEnd("k", lastRenewal)).isGreaterThanOrEqualTo(Duration.ofSeconds(4));
        assertThat(Duration.ofNanos(System.nanoTime() - restarted))
                .as("a restart gives at most the TTL once more")
                .isLessThan(Duration.ofSeconds(4).plus(LATE_MAX));
    }

    @Test
    void a_paused_server_does_not_end_leases_whose_renewals_wait() {
        long lease = connection.grant(3);
        connection.put("k", "v", lease);
        try (Renewals renewals = new Renewals(connection.channel())) {
            assertThat(renewals.renew(lease)).isEqualTo(3);
            server.pause();
            Await.pause(Duration.ofSeconds(1));
            long sent = System.nanoTime();
            renewals.send(lease);
            Await.pause(Duration.ofSeconds(1));
            server.resume();

            assertThat(renewals.answer()).isEqualTo(3);

            assertThat(awaitEnd("k", sent)).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
        }
    }

    private Duration awaitEnd(String key, long fromNanos) {
        Await.until("the end of the lease", Duration.ofSeconds(20), () -> !connection.isThere(key));
        return Duration.ofNanos(System.nanoTime() - fromNanos);
    }
}
