package io.leasehold.raft.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReconnectionTest {

    private static final long LIMIT = Reconnection.SILENCE_LIMIT_MILLIS;

    @Test
    void a_follower_that_is_heard_and_does_not_answer_is_stuck() {
        assertThat(Reconnection.isStuck(LIMIT, LIMIT)).isTrue();
        assertThat(Reconnection.isStuck(10 * LIMIT, 2 * LIMIT)).isTrue();
    }

    @Test
    void one_that_is_away_or_has_just_come_back_is_not() {
        assertThat(Reconnection.isStuck(0, 100 * LIMIT)).isFalse();
        assertThat(Reconnection.isStuck(LIMIT - 1, 100 * LIMIT)).isFalse();
    }

    @Test
    void one_that_answers_late_is_not() {
        assertThat(Reconnection.isStuck(100 * LIMIT, LIMIT - 1)).isFalse();
    }
}
