package io.leasehold.server.replica.lease;

import io.leasehold.protocol.ErrorCode;

/** What became of one renewal. */
public sealed interface LeaseRenewal {
    /**
     * The lease lives for at least this long from the moment the renewal was received.
     *
     * @param ttlSeconds the granted TTL
     */
    record Renewed(long ttlSeconds) implements LeaseRenewal {}

    /** There was no such lease at some moment after the renewal was received: TTL 0 on the wire. */
    record NotFound() implements LeaseRenewal {}

    /** Nothing is known: this member does not lead (any more), or it took too long, or there are too many. */
    record Failed(ErrorCode code) implements LeaseRenewal {}
}
