package io.leasehold.client.internal.rpc;

import io.leasehold.client.internal.time.Listing;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The streams of a client that are open. Any thread. */
final class OpenStreams {
    private final Set<OpenStream<?, ?>> streams = ConcurrentHashMap.newKeySet();

    void add(OpenStream<?, ?> stream) {
        streams.add(stream);
    }

    void remove(OpenStream<?, ?> stream) {
        streams.remove(stream);
    }

    String describe(long nowNanos) {
        int count = streams.size();
        return Listing.of("streams: " + count, count, streams.stream().map(stream -> stream.describe(nowNanos)));
    }
}
