package io.leasehold.client.lease;

import java.time.Duration;

/**
 * A lease as it was granted.
 *
 * @param id positive
 * @param ttl what the server granted, which may be more than was asked for
 * @param revision store revision of the answer
 * @param sentAtNanos the client's monotonic time just before the request was sent: the lease is counted from here
 */
public record LeaseGrant(long id, Duration ttl, long revision, long sentAtNanos) {}
