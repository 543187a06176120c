package io.leasehold.client;

import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.leasehold.client.session.Session;
import io.leasehold.client.session.SessionOptions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions that take new leases, when not everything goes well. */
final class SessionTest {
    private final RecipeWorld world = new RecipeWorld();
    private final FakeStore store = world.store;
    private final Session session =
            world.session(SessionOptions.DEFAULT.ttl(Duration.ofSeconds(10)).regranting());

    @AfterEach
    void close() {
        world.close();
    }

    private void loseTheLease() {
        store.expire(session.leaseId());
        world.time.advance(Duration.ofSeconds(15));
    }

    @Test
    void a_key_that_a_failed_attempt_has_put_all_the_same_hangs_on_the_lease_of_the_session() {
        world.now(session.attach(utf8("members/me"), utf8("here")));
        store.failuresAfterApplying.add(Status.UNAVAILABLE.withDescription("cut"));

        loseTheLease();

        assertThat(session.isValid()).isTrue();
        assertThat(store.entry("members/me").getLease()).isEqualTo(session.leaseId());
    }

    @Test
    void attempts_that_fail_leave_no_leases_behind() {
        world.now(session.attach(utf8("members/me"), utf8("here")));
        for (int i = 0; i < 3; i++) {
            store.failures.add(Status.RESOURCE_EXHAUSTED.withDescription("no space"));
        }

        loseTheLease();

        assertThat(session.isValid()).isTrue();
        assertThat(world.leases.ttlSeconds).containsOnlyKeys(session.leaseId());
    }

    @Test
    void a_session_that_is_closed_while_it_gets_a_new_lease_leaves_none() {
        world.now(session.attach(utf8("members/me"), utf8("here")));
        store.failures.add(Status.RESOURCE_EXHAUSTED.withDescription("no space"));
        store.expire(session.leaseId());
        world.time.advance(Duration.ofSeconds(4));

        world.now(session.closeAsync());
        world.time.advance(Duration.ofSeconds(15));

        assertThat(world.leases.ttlSeconds).isEmpty();
        assertThat(store.keys()).isEmpty();
    }
}
