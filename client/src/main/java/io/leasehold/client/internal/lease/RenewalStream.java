package io.leasehold.client.internal.lease;

import io.leasehold.client.internal.rpc.Endpoint;
import java.util.List;

/** A stream that carries renewals, in one of the two ways servers take them. On the client's thread. */
interface RenewalStream {
    /** Sends a renewal for each of these ids, in order. */
    void renew(List<Long> ids);

    /** Whether it takes more without queueing. */
    boolean isReady();

    /** Where it goes to. */
    Endpoint endpoint();

    /** Gives it up; nothing is reported after this. */
    void close(String why);

    /** How many renewals may be sent at a time, so that a server that has come back is not flooded. */
    int batchLimit();
}
