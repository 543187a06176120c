package io.leasehold.client.naming;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.client.VirtualChannel;
import io.leasehold.client.VirtualTimeline;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.watch.Follower;
import io.leasehold.client.watch.WatchEnd;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Endpoints whose addresses are names, which may move. */
final class NamedHostsTest {
    private final VirtualTimeline time = new VirtualTimeline();
    private final VirtualChannel channel = new VirtualChannel(time);
    private String address = "10.0.0.1";
    private int lookups;

    private final EtcdResolver resolver = new EtcdResolver(new OneEndpoint("host.test:80"), channel.args(), this::find);

    private InetAddress[] find(String host) throws UnknownHostException {
        lookups++;
        if (address.isEmpty()) {
            throw new UnknownHostException(host);
        }
        return new InetAddress[] {InetAddress.getByName(address)};
    }

    @Test
    void a_name_that_moves_is_followed_after_half_a_minute() {
        resolver.start(channel);
        time.advance(Duration.ofSeconds(1));
        address = "10.0.0.2";

        time.advance(Duration.ofSeconds(28));
        assertThat(channel.told()).containsExactly("10.0.0.1:80");
        time.advance(Duration.ofSeconds(2));

        assertThat(channel.told()).containsExactly("10.0.0.1:80", "10.0.0.2:80");
    }

    @Test
    void a_name_that_moves_is_followed_on_refresh_at_most_once_in_a_second() {
        resolver.start(channel);
        time.advance(Duration.ofSeconds(1));
        address = "10.0.0.2";
        int before = lookups;

        for (int i = 0; i < 10_000; i++) {
            resolver.refresh();
            time.advance(Duration.ofNanos(100_000));
        }
        time.advance(Duration.ofSeconds(1));

        assertThat(channel.last()).isEqualTo("10.0.0.2:80");
        assertThat(lookups - before).isBetween(1, 2);
    }

    @Test
    void a_name_that_is_not_known_for_a_while_stays_where_it_was() {
        resolver.start(channel);
        time.advance(Duration.ofSeconds(1));

        address = "";
        time.advance(Duration.ofMinutes(2));

        assertThat(channel.last()).isEqualTo("10.0.0.1:80");
    }

    @Test
    void nothing_is_looked_up_or_told_after_the_end() {
        resolver.start(channel);
        time.advance(Duration.ofSeconds(1));
        int before = lookups;

        resolver.shutdown();
        time.advance(Duration.ofMinutes(2));

        assertThat(lookups).isEqualTo(before);
        assertThat(channel.told()).hasSize(1);
    }

    /** A service with one endpoint that never changes. */
    private record OneEndpoint(String address) implements EndpointManager {
        @Override
        public String service() {
            return "s";
        }

        @Override
        public Follower watch(EndpointListener listener) {
            listener.onSnapshot(Map.of("s/a", Endpoint.at(address)), 1);
            return new Follower() {
                @Override
                public CompletableFuture<WatchEnd> ended() {
                    return new CompletableFuture<>();
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public CompletableFuture<Void> add(String key, Endpoint endpoint, PutOptions options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Void> remove(String key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Void> update(List<EndpointChange> changes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Map<String, Endpoint>> list() {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Registration> register(Endpoint endpoint, RegistrationOptions options) {
            throw new UnsupportedOperationException();
        }
    }
}
