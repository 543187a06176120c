package io.leasehold.server.replica;

import io.leasehold.protocol.ErrorCode;

/** The answer to one keepalive. */
public sealed interface Renewal {
    /**
     * The lease was renewed, or is known not to exist.
     *
     * @param revision store revision taken before the renewal, for the header
     * @param ttlMillis the granted TTL; 0 when there is no such lease
     */
    record Answered(long revision, long ttlMillis) implements Renewal {
        /** The granted TTL in whole seconds, cut; 0 only when there is no such lease. */
        public long ttlSeconds() {
            return ttlMillis / 1_000;
        }
    }

    /** Nothing is known about the lease; the stream ends with this error. */
    record Failed(ErrorCode code) implements Renewal {}
}
