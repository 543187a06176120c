package io.leasehold.faults.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.faults.history.LeaseStory.Renewal;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class LeaseCheckTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long TTL_SECONDS = 3;

    @Test
    void a_lease_that_ends_after_its_last_renewal_and_ttl_passes() {
        assertThat(violations(4.1, renewed(1))).isEmpty();
    }

    @Test
    void an_end_before_ttl_has_passed_since_the_grant_is_found() {
        assertThat(violations(2.9)).singleElement().asString().contains("too early");
    }

    @Test
    void an_end_before_ttl_has_passed_since_an_acknowledged_renewal_is_found() {
        assertThat(violations(3.9, renewed(1))).singleElement().asString().contains("too early");
    }

    @Test
    void a_renewal_that_was_not_acknowledged_counts_for_nothing() {
        assertThat(violations(3.5, ended(2, false))).isEmpty();
    }

    @Test
    void a_renewal_after_the_end_was_seen_is_found() {
        assertThat(violations(3.5, renewed(4))).singleElement().asString().contains("seen to be gone");
    }

    @Test
    void a_renewal_after_a_revoke_is_found() {
        LeaseStory story = new LeaseStory(7, "k", TTL_SECONDS, 0, List.of(renewed(2)), 2 * SECOND, SECOND / 2, SECOND);

        assertThat(LeaseCheck.violations(story, OptionalLong.of(SECOND * 9 / 10), true))
                .isNotEmpty();
    }

    @Test
    void a_revoked_lease_may_end_early() {
        LeaseStory story =
                new LeaseStory(7, "k", TTL_SECONDS, 0, List.of(renewed(1)), SECOND, 2 * SECOND, LeaseStory.NEVER);

        assertThat(LeaseCheck.violations(story, OptionalLong.of(2 * SECOND + 1), true))
                .isEmpty();
        assertThat(LeaseCheck.violations(story, OptionalLong.of(2 * SECOND - 1), true))
                .isNotEmpty();
    }

    @Test
    void a_lease_that_is_said_to_be_gone_while_its_key_is_there_is_found() {
        assertThat(violations(5, ended(4, true))).singleElement().asString().contains("key was there");
    }

    @Test
    void a_lease_that_never_ends_is_found_once_it_must_have_ended() {
        LeaseStory story = story(renewed(1));

        assertThat(LeaseCheck.violations(story, OptionalLong.empty(), true)).hasSize(1);
        assertThat(LeaseCheck.violations(story, OptionalLong.empty(), false)).isEmpty();
    }

    private static List<String> violations(double goneSeconds, Renewal... renewals) {
        return LeaseCheck.violations(story(renewals), OptionalLong.of((long) (goneSeconds * SECOND)), true);
    }

    private static LeaseStory story(Renewal... renewals) {
        return new LeaseStory(7, "k", TTL_SECONDS, 0, List.of(renewals), SECOND, LeaseStory.NEVER, LeaseStory.NEVER);
    }

    private static Renewal renewed(long sentSeconds) {
        return new Renewal(sentSeconds * SECOND, sentSeconds * SECOND + 1, TTL_SECONDS, "m1", false);
    }

    private static Renewal ended(long sentSeconds, boolean keySeen) {
        return new Renewal(sentSeconds * SECOND, sentSeconds * SECOND + 1, 0, "m1", keySeen);
    }
}
