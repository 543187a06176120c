package io.leasehold.client.lease;

import java.time.Duration;

/**
 * A renewal that was answered.
 *
 * @param id of the lease
 * @param ttl what the lease has, counted from when the request was sent
 * @param roundTrip from sending to the answer
 * @param validUntilNanos the client's monotonic time up to which the lease can be relied on
 */
public record LeaseRenewal(long id, Duration ttl, Duration roundTrip, long validUntilNanos) {}
