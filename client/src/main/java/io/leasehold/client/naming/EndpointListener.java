package io.leasehold.client.naming;

import java.util.List;
import java.util.Map;

/** Told of a service's endpoints, one call after another, on the client's callback executor. */
public interface EndpointListener {
    /** All that are there, by key: the first call, also when there are none, and again after a gap in the history. */
    void onSnapshot(Map<String, Endpoint> endpoints, long revision);

    /** What has changed since, in order. A key whose value is no endpoint any more is told as deleted. */
    void onChange(List<EndpointChange> changes, long revision);

    /** The last call: closed, the client was closed, or these keys may not be read. */
    default void onEnded(String why) {}
}
