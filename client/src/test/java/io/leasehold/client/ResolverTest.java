package io.leasehold.client;

import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.NameResolver;
import io.leasehold.client.kv.Op;
import io.leasehold.client.naming.Endpoint;
import io.leasehold.client.naming.EtcdResolverProvider;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a channel is told of a service while the registry has its troubles. */
final class ResolverTest {
    private final RecipeWorld world = new RecipeWorld();
    private final FakeStore store = world.store;
    private final VirtualChannel channel = new VirtualChannel(world.time);
    private final NameResolver resolver = Objects.requireNonNull(
            new EtcdResolverProvider(world.client).newNameResolver(URI.create("etcd:///s"), channel.args()));

    @AfterEach
    void close() {
        resolver.shutdown();
        world.close();
    }

    private void put(String key, String address) {
        store.put("s/" + key, "{\"Addr\":\"" + address + "\"}");
    }

    private void begin() {
        resolver.start(channel);
        pass(Duration.ofMillis(100));
    }

    private void pass(Duration time) {
        world.time.advance(time);
    }

    @Test
    void several_changes_at_once_are_told_once_and_sorted_by_key() {
        put("b", "10.0.0.2:1");
        begin();

        put("c", "10.0.0.3:1");
        put("a", "10.0.0.1:1");
        pass(Duration.ofMillis(100));

        assertThat(channel.told()).containsExactly("10.0.0.2:1", "10.0.0.1:1 10.0.0.2:1 10.0.0.3:1");
    }

    @Test
    void a_list_whose_history_was_compacted_meanwhile_is_read_again_without_repetitions() {
        put("a", "10.0.0.1:1");
        begin();

        store.events.cut();
        store.delete("s/a");
        IntStream.range(0, 100).forEach(i -> put("b" + i % 3, "10.0.1." + i + ":1"));
        store.put("other", "x");
        store.compact();
        pass(Duration.ofSeconds(5));

        assertThat(channel.told()).containsExactly("10.0.0.1:1", "10.0.1.99:1 10.0.1.97:1 10.0.1.98:1");
    }

    @Test
    void the_last_list_outlives_an_outage_and_what_changed_meanwhile_appears() {
        put("a", "10.0.0.1:1");
        begin();

        world.cluster.stop(0);
        pass(Duration.ofMinutes(5));
        assertThat(channel.told()).containsExactly("10.0.0.1:1");
        put("b", "10.0.0.2:1");
        world.cluster.server(0, store.services());
        pass(Duration.ofSeconds(30));

        assertThat(channel.told()).containsExactly("10.0.0.1:1", "10.0.0.1:1 10.0.0.2:1");
    }

    @Test
    void refreshing_ten_thousand_times_in_a_second_asks_the_registry_nothing() {
        put("a", "10.0.0.1:1");
        begin();
        int before = store.ranges;

        for (int i = 0; i < 10_000; i++) {
            resolver.refresh();
            pass(Duration.ofNanos(100_000));
        }

        assertThat(store.ranges - before).isZero();
        assertThat(channel.told()).containsExactly("10.0.0.1:1");
    }

    @Test
    void two_keys_with_one_address_are_told_as_one_and_sockets_of_a_machine_not_at_all() {
        put("a", "10.0.0.1:1");
        put("b", "10.0.0.1:1");
        put("c", "[::1]:50051");
        put("d", "unix:/tmp/s");
        begin();

        assertThat(channel.told()).containsExactly("10.0.0.1:1 [0:0:0:0:0:0:0:1]:50051");
    }

    @Test
    void after_its_end_a_resolver_watches_nothing_and_tells_nothing() {
        put("a", "10.0.0.1:1");
        begin();

        resolver.shutdown();
        pass(Duration.ofMillis(100));
        put("b", "10.0.0.2:1");
        pass(Duration.ofSeconds(5));

        assertThat(channel.told()).containsExactly("10.0.0.1:1");
        assertThat(store.events.watchers).isEmpty();
    }

    @Test
    void an_empty_list_is_told_only_when_it_stays_empty() {
        put("a", "10.0.0.1:1");
        begin();

        store.delete("s/a");
        pass(Duration.ofSeconds(1));
        put("a", "10.0.0.1:2");
        pass(Duration.ofSeconds(3));
        assertThat(channel.told()).containsExactly("10.0.0.1:1", "10.0.0.1:2");
        store.delete("s/a");
        pass(Duration.ofSeconds(3));

        assertThat(channel.last()).isEqualTo("no endpoints registered for s");
    }

    @Test
    void many_changes_of_many_endpoints_are_few_lists_all_sorted() {
        List<String> expected = new ArrayList<>();
        List<Op> puts = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            puts.add(Op.put(
                    utf8("s/%04d".formatted(i)), Endpoint.at(address(i, 0)).encoded()));
            expected.add(address(i, 0));
        }
        world.now(world.client.kv().txn().then(puts).commit());
        begin();
        channel.told().clear();

        for (int change = 0; change < 100; change++) {
            int which = change * 7_919 % 1_000;
            put("%04d".formatted(which), address(which, change));
            expected.set(which, address(which, change));
            pass(Duration.ofMillis(10));
        }
        pass(Duration.ofMillis(100));

        assertThat(channel.told()).hasSizeBetween(10, 21);
        assertThat(channel.last()).isEqualTo(String.join(" ", expected));
        assertThat(Collections.frequency(channel.told(), channel.last())).isEqualTo(1);
    }

    private static String address(int endpoint, int port) {
        return "10.1." + endpoint / 250 + "." + endpoint % 250 + ":" + (1_000 + port);
    }
}
