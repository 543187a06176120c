package io.leasehold.client.kv;

import io.leasehold.client.call.Header;
import java.util.List;

/**
 * What a delete did.
 *
 * @param deleted number of keys
 * @param previous what they were, if it was asked for
 */
public record DeleteResult(Header header, long deleted, List<KeyValue> previous) implements OpResult {
    public DeleteResult {
        previous = List.copyOf(previous);
    }
}
