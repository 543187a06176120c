package io.leasehold.server.replica.lease;

import io.leasehold.protocol.ErrorCode;

/** What became of one renewal. */
public sealed interface LeaseRenewal {
    /**
     * The lease lives for at least this long from the moment the renewal was received.
     *
     * @param ttlMillis the granted TTL
     */
    record Renewed(long ttlMillis) implements LeaseRenewal {
        /** The granted TTL in whole seconds, cut; never 0. */
        public long ttlSeconds() {
            return ttlMillis / 1_000;
        }
    }

    /** There was no such lease at some moment after the renewal was received: TTL 0 on the wire. */
    record NotFound() implements LeaseRenewal {}

    /** Nothing is known: this member does not lead (any more), or it took too long, or there are too many. */
    record Failed(ErrorCode code) implements LeaseRenewal {}
}
