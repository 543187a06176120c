package io.leasehold.server.replica;

import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import java.util.List;

/** The answer to the question how long a lease has to live. */
public sealed interface TimeToLive {
    /**
     * The lease exists.
     *
     * @param revision store revision for the header
     * @param remainingSeconds what is left, cut to whole seconds; 0 or less when its end is under way
     * @param grantedSeconds the granted TTL
     * @param keys the attached keys in no order; empty when they were not asked for
     */
    record Known(long revision, long remainingSeconds, long grantedSeconds, List<ByteSequence> keys)
            implements TimeToLive {
        /** Copies the keys. */
        public Known {
            keys = List.copyOf(keys);
        }
    }

    /** There is no such lease. */
    record Unknown(long revision) implements TimeToLive {}

    /** The question could not be answered. */
    record Failed(ErrorCode code) implements TimeToLive {}
}
