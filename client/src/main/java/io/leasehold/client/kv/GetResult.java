package io.leasehold.client.kv;

import io.leasehold.client.call.Header;
import java.util.List;
import java.util.Optional;

/**
 * What a read found.
 *
 * @param entries in the order asked for
 * @param more whether the limit cut something off
 * @param count keys in the range, before filter and limit
 */
public record GetResult(Header header, List<KeyValue> entries, boolean more, long count) implements OpResult {
    public GetResult {
        entries = List.copyOf(entries);
    }

    /** The first entry, which is the only one of a single key; empty when there is none. */
    public Optional<KeyValue> first() {
        return entries.isEmpty() ? Optional.empty() : Optional.of(entries.get(0));
    }
}
