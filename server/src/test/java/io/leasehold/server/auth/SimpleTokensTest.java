package io.leasehold.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.statemachine.Proposal;
import io.leasehold.statemachine.TokenChange;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SimpleTokensTest {
    private long nowNanos;
    private final SimpleTokens tokens = new SimpleTokens(Duration.ofMinutes(5), () -> nowNanos);

    private String assign(String user) {
        String token = tokens.generate(8);
        tokens.changed(List.of(new TokenChange.Assigned(user, SimpleTokens.digest(token))));
        return token;
    }

    private void pass(Duration time) {
        nowNanos += time.toNanos();
    }

    @Test
    void a_token_is_of_etcds_form_and_tells_its_user() {
        String token = assign("alice");

        assertThat(token).matches("[A-Za-z]{16}\\.8");
        assertThat(tokens.identity(token, 5)).contains(new Proposal.Identity("alice", 5));
    }

    @Test
    void each_use_lengthens_a_tokens_life() {
        String token = assign("alice");

        for (int i = 0; i < 5; i++) {
            pass(Duration.ofSeconds(299));
            assertThat(tokens.identity(token, 1)).isPresent();
        }
        pass(Duration.ofMinutes(5));

        assertThat(tokens.identity(token, 1)).isEmpty();
        assertThat(tokens.size()).isZero();
    }

    @Test
    void a_token_that_the_log_has_not_told_of_is_nobodys() {
        String token = tokens.generate(8);

        assertThat(tokens.identity(token, 1)).isEmpty();
        assertThat(tokens.mayBecomeKnown(token)).isTrue();
        assertThat(tokens.mayBecomeKnown("nonsense")).isFalse();
        assertThat(tokens.mayBecomeKnown("a.b.c")).isFalse();
    }

    @Test
    void a_users_tokens_die_together_and_nobody_elses() {
        String first = assign("alice");
        String second = assign("alice");
        String other = assign("bob");

        tokens.changed(List.of(new TokenChange.UserDropped("alice")));

        assertThat(tokens.identity(first, 1)).isEmpty();
        assertThat(tokens.identity(second, 1)).isEmpty();
        assertThat(tokens.identity(other, 1)).isPresent();
        tokens.changed(List.of(new TokenChange.AllDropped()));
        assertThat(tokens.identity(other, 1)).isEmpty();
    }

    @Test
    void tokens_that_nobody_uses_are_forgotten() {
        for (int i = 0; i < 999; i++) {
            assign("alice");
        }
        pass(Duration.ofSeconds(301));

        assign("alice");

        assertThat(tokens.size()).isEqualTo(1);
    }
}
