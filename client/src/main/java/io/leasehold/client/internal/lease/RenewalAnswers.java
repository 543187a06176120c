package io.leasehold.client.internal.lease;

import io.grpc.Status;

/** Takes what a {@link RenewalStream} reports, on the client's thread. */
interface RenewalAnswers {
    /** The lease was renewed; it has so much from when the request was received. */
    void renewed(long leaseId, long ttlNanos);

    /** There is no such lease. */
    void gone(long leaseId);

    /** The server could not tell for this lease alone. */
    void failed(long leaseId, Status status);

    /** The stream can take more. */
    void ready();

    /** The stream is over. */
    void ended(Status status);
}
