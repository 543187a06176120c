package io.leasehold.client;

import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.naming.Endpoint;
import io.leasehold.client.naming.EndpointChange;
import io.leasehold.client.naming.EndpointListener;
import io.leasehold.client.naming.EndpointManager;
import io.leasehold.client.naming.JsonValue;
import io.leasehold.client.naming.Registration;
import io.leasehold.client.naming.RegistrationOptions;
import io.leasehold.client.watch.Follower;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Endpoints of a service: written, listed, followed and kept. */
final class NamingTest {
    private final RecipeWorld world = new RecipeWorld();
    private final FakeStore store = world.store;
    private final EndpointManager service = world.client.naming().endpoints("my-service");

    @AfterEach
    void close() {
        world.close();
    }

    private static final class Told implements EndpointListener {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void onSnapshot(Map<String, Endpoint> endpoints, long revision) {
            lines.add("all " + endpoints.keySet());
        }

        @Override
        public void onChange(List<EndpointChange> changes, long revision) {
            changes.forEach(
                    change -> lines.add((change instanceof EndpointChange.Add ? "add " : "delete ") + change.key()));
        }
    }

    @Test
    void endpoints_are_put_listed_and_deleted_under_the_service_and_a_slash() {
        store.put("my-service2/x", "{\"Addr\":\"other\"}");
        world.now(service.add(Endpoint.at("1.2.3.4", "...")));
        world.now(service.add("my-service/a1", Endpoint.at("1.2.3.5:80"), PutOptions.DEFAULT));
        store.put("my-service/bad", "not json");

        assertThat(world.now(service.list()))
                .isEqualTo(Map.of(
                        "my-service/1.2.3.4", Endpoint.at("1.2.3.4", "..."),
                        "my-service/a1", Endpoint.at("1.2.3.5:80")));
        assertThat(store.value("my-service/1.2.3.4")).isEqualTo("{\"Op\":0,\"Addr\":\"1.2.3.4\",\"Metadata\":\"...\"}");
        world.now(service.remove("a1"));
        world.now(service.remove("a1"));
        assertThat(world.now(service.list())).containsOnlyKeys("my-service/1.2.3.4");
        assertThatThrownBy(() -> service.remove("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> world.client.naming().endpoints("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void an_update_is_made_in_one_revision() {
        world.now(service.add(Endpoint.at("old:1")));
        long before = store.revision;

        world.now(service.update(
                EndpointChange.add(Endpoint.at("new:1")),
                EndpointChange.add(Endpoint.at("new:2")),
                EndpointChange.delete("old:1")));

        assertThat(store.revision).isEqualTo(before + 1);
        assertThat(store.keys()).containsExactly("my-service/new:1", "my-service/new:2");
        assertThatThrownBy(() -> service.update(EndpointChange.delete("a"), EndpointChange.delete("my-service/a")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_follower_is_told_all_at_first_then_changes_and_all_again_after_a_gap() {
        Told told = new Told();
        Follower follower = service.watch(told);
        world.settle();
        world.now(service.add(Endpoint.at("a:1")));
        store.put("my-service/bad", "{}");
        world.settle();
        assertThat(told.lines).containsExactly("all []", "add my-service/a:1", "delete my-service/bad");

        told.lines.clear();
        store.events.cut();
        store.delete("my-service/a:1");
        world.now(service.add(Endpoint.at("b:1")));
        store.put("other", "1");
        store.compact();
        world.time.advance(Duration.ofSeconds(2));
        world.now(service.add(Endpoint.at("c:1")));
        world.settle();
        assertThat(told.lines).containsExactly("all [my-service/b:1]", "add my-service/c:1");

        follower.close();
        world.now(service.remove("c:1"));
        world.settle();
        assertThat(told.lines).hasSize(2);
        assertThat(follower.ended()).isDone();
        assertThat(store.events.watchers).isEmpty();
    }

    private Registration register(String address, RegistrationOptions options) {
        return world.now(service.register(Endpoint.at(address), options));
    }

    private static List<Registration.State> statesOf(Registration registration) {
        List<Registration.State> states = new ArrayList<>();
        registration.listen(states::add);
        return states;
    }

    @Test
    void a_registration_is_kept_on_its_lease_and_goes_when_it_is_closed() {
        Registration registration = register("a:1", RegistrationOptions.DEFAULT.ttl(Duration.ofSeconds(5)));
        world.time.advance(Duration.ofMinutes(2));
        assertThat(store.entry("my-service/a:1").getLease()).isEqualTo(registration.leaseId());

        world.now(registration.updateMetadata(JsonValue.text("draining")));
        assertThat(store.value("my-service/a:1")).contains("draining");
        assertThat(store.entry("my-service/a:1").getLease()).isEqualTo(registration.leaseId());
        world.now(registration.closeAsync());

        assertThat(store.keys()).isEmpty();
        assertThat(world.leases.isAlive(registration.leaseId())).isFalse();
        assertThat(registration.state()).isEqualTo(Registration.State.CLOSED);
    }

    @Test
    void a_lease_revoked_from_outside_is_replaced_at_once() {
        Registration registration = register("a:1", RegistrationOptions.DEFAULT);
        List<Registration.State> states = statesOf(registration);
        long first = registration.leaseId();

        store.expire(first);
        world.time.advance(Duration.ofSeconds(2));

        assertThat(store.keys()).containsExactly("my-service/a:1");
        assertThat(store.entry("my-service/a:1").getLease())
                .isEqualTo(registration.leaseId())
                .isNotEqualTo(first);
        assertThat(states)
                .containsExactly(Registration.State.REGISTERED, Registration.State.LOST, Registration.State.REGISTERED);
    }

    @Test
    void a_key_that_somebody_deletes_is_put_again_unless_that_is_not_wanted() {
        Registration stubborn = register("a:1", RegistrationOptions.DEFAULT);
        Registration meek = register("b:1", RegistrationOptions.DEFAULT.reasserting(false));

        store.delete("my-service/a:1");
        store.delete("my-service/b:1");
        world.time.advance(Duration.ofSeconds(3));

        assertThat(store.keys()).containsExactly("my-service/a:1");
        assertThat(stubborn.state()).isEqualTo(Registration.State.REGISTERED);
        assertThat(meek.state()).isEqualTo(Registration.State.LOST);
    }

    @Test
    void a_key_that_another_lease_has_is_not_taken_unless_that_is_asked_for() {
        Registration first = register("a:1", RegistrationOptions.DEFAULT);

        assertThatThrownBy(() -> register("a:1", RegistrationOptions.DEFAULT))
                .isInstanceOfSatisfying(LeaseholdException.class, refused -> assertThat(refused.kind())
                        .isEqualTo(LeaseholdException.Kind.REFUSED))
                .hasMessageContaining("already registered");
        Registration second = register("a:1", RegistrationOptions.DEFAULT.overwriting());
        world.settle();

        assertThat(store.entry("my-service/a:1").getLease()).isEqualTo(second.leaseId());
        store.expire(first.leaseId());
        assertThat(store.keys()).containsExactly("my-service/a:1");
    }

    @Test
    void an_outage_longer_than_the_ttl_is_survived() {
        Registration registration = register("a:1", RegistrationOptions.DEFAULT);
        List<Registration.State> states = statesOf(registration);

        world.cluster.stop(0);
        world.time.advance(Duration.ofSeconds(15));
        assertThat(registration.state()).isEqualTo(Registration.State.LOST);
        store.expire(registration.leaseId());
        world.cluster.server(0, store.services());
        world.time.advance(Duration.ofSeconds(10));

        assertThat(store.keys()).containsExactly("my-service/a:1");
        assertThat(states)
                .containsExactly(Registration.State.REGISTERED, Registration.State.LOST, Registration.State.REGISTERED);
    }

    @Test
    void closing_while_no_server_answers_ends_and_leaves_the_key_to_its_lease() {
        Registration registration = register("a:1", RegistrationOptions.DEFAULT.ttl(Duration.ofSeconds(5)));
        world.cluster.stop(0);

        CompletableFuture<Void> closing = registration.closeAsync();
        world.time.advance(Duration.ofSeconds(30));

        assertThat(closing).isDone();
        assertThat(registration.state()).isEqualTo(Registration.State.CLOSED);
        assertThat(world.client.leases().counts().kept()).isZero();
        assertThat(world.leases.isAlive(registration.leaseId())).isFalse();
    }

    @Test
    void values_are_bytes_that_others_read() {
        world.now(service.add(Endpoint.at("[::1]:50051")));

        assertThat(world.now(world.client.kv().get(utf8("my-service/[::1]:50051")))
                        .entries())
                .hasSize(1);
    }
}
