package io.leasehold.client.internal.rpc;

import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.internal.time.Timeline;
import io.leasehold.client.metrics.ClientMetrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoints, and which of them is used now. One is used until it fails: answers of one member do not go back in time,
 * and a connection that works is not left. Any thread.
 */
public final class EndpointPool {
    private static final Logger LOG = LoggerFactory.getLogger(EndpointPool.class);

    /** How long a failed endpoint is passed over while there are others: doubled with each failure, up to this. */
    private static final long DOWN_NANOS_MAX = 5_000_000_000L;

    private static final long DOWN_NANOS_MIN = 250_000_000L;

    private final Timeline timeline;
    private final ChannelSource channels;
    private final ClientMetrics metrics;
    private volatile List<Endpoint> endpoints;
    private volatile Endpoint current;

    /** A pool that begins with the endpoint at {@code first}. */
    public EndpointPool(
            List<String> addresses, int first, ChannelSource channels, Timeline timeline, ClientMetrics metrics) {
        this.timeline = timeline;
        this.channels = channels;
        this.metrics = metrics;
        List<Endpoint> all = new ArrayList<>();
        for (String address : addresses) {
            all.add(new Endpoint(address, channels, timeline.nanos()));
        }
        this.endpoints = List.copyOf(all);
        this.current = all.get(first);
    }

    /** All endpoints. */
    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /** The endpoint in use. */
    public Endpoint current() {
        return current;
    }

    /** The endpoint with this address. */
    public @Nullable Endpoint find(String address) {
        return endpoints.stream()
                .filter(endpoint -> endpoint.address().equals(address))
                .findFirst()
                .orElse(null);
    }

    /** An endpoint that is not of this pool, to be left again by {@link #leaveAfter}. */
    public Endpoint visit(String address) {
        return new Endpoint(address, channels, timeline.nanos());
    }

    /** Closes a visited endpoint when the call to it is over. */
    public void leaveAfter(Endpoint visited, CompletableFuture<?> call) {
        Futures.onEnd(call, (answer, failed) -> visited.close());
    }

    /** The endpoint to try next when {@code avoided} has just failed: another one that is not down, if there is one. */
    Endpoint pick(@Nullable Endpoint avoided) {
        Endpoint preferred = current;
        if (preferred != avoided && !isDown(preferred)) {
            return preferred;
        }
        List<Endpoint> all = endpoints;
        int start = Math.max(all.indexOf(avoided == null ? preferred : avoided), 0);
        Endpoint soonest = null;
        for (int step = 1; step <= all.size(); step++) {
            Endpoint candidate = all.get((start + step) % all.size());
            if (candidate != avoided && !isDown(candidate)) {
                return candidate;
            }
            if (soonest == null || candidate.downUntilNanos - soonest.downUntilNanos < 0) {
                soonest = candidate;
            }
        }
        return soonest == null ? preferred : soonest;
    }

    private boolean isDown(Endpoint endpoint) {
        return endpoint.down && timeline.nanos() - endpoint.downUntilNanos < 0;
    }

    /** It has answered something. */
    void heard(Endpoint endpoint) {
        endpoint.heardNanos = timeline.nanos();
        if (endpoint.down) {
            endpoint.down = false;
            endpoint.failures = 0;
            LOG.info("endpoint answers again endpoint={}", endpoint.address());
        }
    }

    /** It could not be reached, or has no leader: it is passed over for a while, and no longer the one in use. */
    synchronized void failed(Endpoint endpoint, String why) {
        int times = Math.min(endpoint.failures, 16);
        long pause = Math.min(DOWN_NANOS_MIN << times, DOWN_NANOS_MAX);
        endpoint.failures = times + 1;
        endpoint.downUntilNanos = timeline.nanos() + pause;
        if (!endpoint.down) {
            endpoint.down = true;
            LOG.warn("endpoint failed endpoint={} why={}", endpoint.address(), why);
        }
        if (current == endpoint) {
            Endpoint next = pick(endpoint);
            if (next != endpoint) {
                turnTo(next, why);
            }
        }
    }

    /** Uses another endpoint from now on. */
    synchronized void turnTo(Endpoint next, String why) {
        Endpoint before = current;
        if (before != next) {
            current = next;
            metrics.failedOver(before.address(), next.address());
            LOG.info("endpoint changed from={} to={} why={}", before.address(), next.address(), why);
        }
    }

    /** Replaces the addresses; channels of those that stay are kept, those that go are given up. Not empty. */
    public synchronized void replace(List<String> addresses) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("no endpoints");
        }
        Map<String, Endpoint> before = new LinkedHashMap<>();
        endpoints.forEach(endpoint -> before.put(endpoint.address(), endpoint));
        List<Endpoint> after = new ArrayList<>();
        for (String address : addresses) {
            Endpoint kept = before.remove(address);
            after.add(kept != null ? kept : new Endpoint(address, channels, timeline.nanos()));
        }
        endpoints = List.copyOf(after);
        if (!after.contains(current)) {
            turnTo(after.get(0), "the endpoint was removed");
        }
        for (Endpoint gone : before.values()) {
            gone.giveUp();
            gone.close();
        }
    }

    /** The addresses, for messages. */
    String addresses() {
        return endpoints.stream().map(Endpoint::address).toList().toString();
    }

    /** Closes all channels; calls on them fail. */
    public synchronized void close() {
        endpoints.forEach(Endpoint::close);
    }
}
