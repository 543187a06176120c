package io.leasehold.client.naming;

import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.watch.Follower;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The endpoints of one service, which are the keys {@code service/…}. Keys and values are those of Go's
 * {@code clientv3/naming/endpoints}. Where a key is asked for it may be given whole or as what is behind {@code service/}. Safe
 * for any thread; nothing blocks.
 */
public interface EndpointManager {
    /** The service's name. */
    String service();

    /** Puts an endpoint, in place of what the key had. */
    CompletableFuture<Void> add(String key, Endpoint endpoint, PutOptions options);

    /** Puts an endpoint under its address. */
    default CompletableFuture<Void> add(Endpoint endpoint) {
        return add(endpoint.address(), endpoint, PutOptions.DEFAULT);
    }

    /** Deletes an endpoint; one that is not there is no error. */
    CompletableFuture<Void> remove(String key);

    /** Makes changes in one revision; at most 128, each key once: IllegalArgumentException otherwise. */
    CompletableFuture<Void> update(List<EndpointChange> changes);

    /** The same. */
    default CompletableFuture<Void> update(EndpointChange... changes) {
        return update(List.of(changes));
    }

    /** All endpoints by key, in their order, linearizably. Keys whose values are no endpoints are left out. */
    CompletableFuture<Map<String, Endpoint>> list();

    /** Tells which there are, and what changes, until closed. */
    Follower watch(EndpointListener listener);

    /**
     * Puts an endpoint on a lease of its own and keeps it there: after a loss it is put again with a new lease.
     *
     * @return when it is there for the first time; fails with kind {@code REFUSED} if another lease has the key and the options
     *     do not say to overwrite it
     */
    CompletableFuture<Registration> register(Endpoint endpoint, RegistrationOptions options);
}
