package io.leasehold.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.protocol.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LeaseLimitsTest {
    @ParameterizedTest
    @CsvSource({"1000,100,2", "5000,500,8", "1000,300,2", "100,100,1", "10000,100,15", "1100,100,2", "1400,100,3"})
    void the_minimum_is_one_and_a_half_elections_in_whole_heartbeats(int election, int heartbeat, long seconds) {
        assertThat(LeaseLimits.of(election, heartbeat).minTtlSeconds()).isEqualTo(seconds);
    }

    @ParameterizedTest
    @CsvSource({"1,2", "0,2", "-5,2", "-9223372036854775808,2", "2,2", "3,3", "9000000000,9000000000"})
    void short_ttls_are_raised(long requested, long effective) {
        assertThat(LeaseLimits.of(1000, 100).effectiveTtlSeconds(requested)).isEqualTo(effective);
    }

    @Test
    void the_ttl_is_checked_before_the_id() {
        LeaseLimits limits = LeaseLimits.of(1000, 100);
        LeaseTable table = new LeaseTable();
        table.grant(7, 60, 1, 0);

        assertThat(limits.refusal(table, 8, 9_000_000_000L)).isEmpty();
        assertThat(limits.refusal(table, 8, 9_000_000_001L)).contains(ErrorCode.LEASE_TTL_TOO_LARGE);
        assertThat(limits.refusal(table, 7, 9_000_000_001L)).contains(ErrorCode.LEASE_TTL_TOO_LARGE);
        assertThat(limits.refusal(table, 7, 60)).contains(ErrorCode.LEASE_EXISTS);
    }

    @Test
    void times_that_make_no_sense_are_refused() {
        assertThatThrownBy(() -> LeaseLimits.of(100, 101)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LeaseLimits.of(100, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
