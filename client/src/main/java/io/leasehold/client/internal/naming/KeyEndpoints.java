package io.leasehold.client.internal.naming;

import io.leasehold.client.internal.recipes.ClientParts;
import io.leasehold.client.internal.watch.RangeFollower;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.naming.Endpoint;
import io.leasehold.client.naming.EndpointChange;
import io.leasehold.client.naming.EndpointListener;
import io.leasehold.client.naming.EndpointManager;
import io.leasehold.client.naming.Registration;
import io.leasehold.client.naming.RegistrationOptions;
import io.leasehold.client.watch.Follower;
import io.leasehold.client.watch.RangeListener;
import io.leasehold.client.watch.RangeSnapshot;
import io.leasehold.client.watch.WatchBatch;
import io.leasehold.client.watch.WatchEnd;
import io.leasehold.client.watch.WatchEvent;
import io.leasehold.protocol.ByteSequence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The endpoints of a service. Any thread. */
final class KeyEndpoints implements EndpointManager {
    private static final Logger LOG = LoggerFactory.getLogger(KeyEndpoints.class);

    /** What servers take in a transaction, unless told otherwise. */
    private static final int CHANGES_MAX = 128;

    private final KeyNaming naming;
    private final ClientParts parts;
    private final String service;
    private final String prefix;

    KeyEndpoints(KeyNaming naming, String service) {
        if (service.isEmpty()) {
            throw new IllegalArgumentException("a service's name is not empty");
        }
        this.naming = naming;
        this.parts = naming.parts();
        this.service = service;
        this.prefix = service + "/";
    }

    @Override
    public String service() {
        return service;
    }

    String key(String given) {
        if (given.isEmpty() || given.equals(prefix)) {
            throw new IllegalArgumentException("an endpoint's key is " + prefix + " and something behind it");
        }
        return given.startsWith(prefix) ? given : prefix + given;
    }

    private KeyRange range() {
        return KeyRange.prefix(ByteSequence.utf8(prefix));
    }

    @Override
    public CompletableFuture<Void> add(String key, Endpoint endpoint, PutOptions options) {
        return parts.kv()
                .put(ByteSequence.utf8(key(key)), endpoint.encoded(), options)
                .thenAccept(done -> {});
    }

    @Override
    public CompletableFuture<Void> remove(String key) {
        return parts.kv().delete(ByteSequence.utf8(key(key))).thenAccept(done -> {});
    }

    @Override
    public CompletableFuture<Void> update(List<EndpointChange> changes) {
        if (changes.size() > CHANGES_MAX) {
            throw new IllegalArgumentException(changes.size() + " changes, at most " + CHANGES_MAX);
        }
        Set<String> keys = new HashSet<>();
        List<Op> ops = new ArrayList<>();
        for (EndpointChange change : changes) {
            String key = key(change.key());
            if (!keys.add(key)) {
                throw new IllegalArgumentException("two changes of " + key);
            }
            ops.add(
                    change instanceof EndpointChange.Add add
                            ? Op.put(
                                    ByteSequence.utf8(key),
                                    add.endpoint().encoded(),
                                    PutOptions.DEFAULT.lease(add.leaseId()))
                            : Op.delete(ByteSequence.utf8(key)));
        }
        return parts.kv().txn().then(ops).commit().thenAccept(done -> {});
    }

    @Override
    public CompletableFuture<Map<String, Endpoint>> list() {
        return parts.kv().get(range(), GetOptions.DEFAULT).thenApply(found -> endpoints(found.entries()));
    }

    private static Map<String, Endpoint> endpoints(List<KeyValue> entries) {
        Map<String, Endpoint> endpoints = new LinkedHashMap<>();
        entries.forEach(entry ->
                endpoint(entry).ifPresent(found -> endpoints.put(entry.key().toUtf8(), found)));
        return endpoints;
    }

    private static Optional<Endpoint> endpoint(KeyValue entry) {
        Optional<Endpoint> endpoint = Endpoint.parse(entry.value());
        if (endpoint.isEmpty()) {
            LOG.warn("not an endpoint, is left out key={}", entry.key());
        }
        return endpoint;
    }

    @Override
    public Follower watch(EndpointListener listener) {
        return RangeFollower.begin(
                parts.kv(), parts.watches(), parts.pauses(), parts.callbacks(), range(), new Translation(listener));
    }

    @Override
    public CompletableFuture<Registration> register(Endpoint endpoint, RegistrationOptions options) {
        String key = key(options.key().orElse(endpoint.address()));
        return new KeptRegistration(naming, key, endpoint, options).begin();
    }

    /** From keys to endpoints. */
    private record Translation(EndpointListener listener) implements RangeListener {
        @Override
        public void onSnapshot(RangeSnapshot snapshot) {
            listener.onSnapshot(endpoints(snapshot.entries()), snapshot.revision());
        }

        @Override
        public void onEvents(WatchBatch batch) {
            listener.onChange(batch.events().stream().map(Translation::change).toList(), batch.revision());
        }

        private static EndpointChange change(WatchEvent event) {
            String key = event.entry().key().toUtf8();
            Optional<Endpoint> endpoint = event.isDelete() ? Optional.empty() : endpoint(event.entry());
            return endpoint.isPresent()
                    ? new EndpointChange.Add(key, endpoint.get(), event.entry().leaseId())
                    : new EndpointChange.Delete(key);
        }

        @Override
        public void onEnded(WatchEnd end) {
            listener.onEnded(end.message());
        }
    }
}
