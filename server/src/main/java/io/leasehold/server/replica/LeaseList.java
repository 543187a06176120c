package io.leasehold.server.replica;

import io.leasehold.protocol.ErrorCode;

/** The answer to the question which leases there are. */
public sealed interface LeaseList {
    /**
     * All leases.
     *
     * @param revision store revision for the header
     * @param ids lease ids, the one that ends first at the front; the receiver owns the array
     */
    @SuppressWarnings("ArrayRecordComponent") // Up to a million ids; a boxed list would cost four times as much.
    record Listed(long revision, long[] ids) implements LeaseList {}

    /** The question could not be answered. */
    record Failed(ErrorCode code) implements LeaseList {}
}
