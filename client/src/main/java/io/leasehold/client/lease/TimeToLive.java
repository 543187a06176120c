package io.leasehold.client.lease;

import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.List;

/**
 * What a server says about a lease.
 *
 * @param exists whether there is such a lease
 * @param left whole seconds; zero when it is about to end or does not exist
 * @param granted what it was granted; zero when it does not exist
 * @param keys attached keys, if they were asked for
 */
public record TimeToLive(long leaseId, boolean exists, Duration left, Duration granted, List<ByteSequence> keys) {
    public TimeToLive {
        keys = List.copyOf(keys);
    }
}
