package io.leasehold.client.watch;

import io.leasehold.client.kv.KeyValue;
import java.util.List;

/**
 * A range as it stood.
 *
 * @param revision when; events that follow are of later ones
 * @param entries by key, ascending
 */
public record RangeSnapshot(long revision, List<KeyValue> entries) {
    public RangeSnapshot {
        entries = List.copyOf(entries);
    }
}
