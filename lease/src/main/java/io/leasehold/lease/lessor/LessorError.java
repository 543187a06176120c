package io.leasehold.lease.lessor;

import io.leasehold.protocol.ErrorCode;

/** Why a {@link Lessor} refuses; the texts are etcd's. */
public enum LessorError {
    /** Only the primary lessor renews; this one is not, or has stopped. */
    NOT_PRIMARY("not a primary lessor", ErrorCode.NOT_PRIMARY_LESSOR),
    /** No lease has that id, or its end is under way. */
    LEASE_NOT_FOUND("lease not found", ErrorCode.LEASE_NOT_FOUND),
    /** A grant with an id that is taken. */
    LEASE_EXISTS("lease already exists", ErrorCode.LEASE_EXISTS),
    /** A grant for longer than {@link io.leasehold.lease.LeaseLimits#TTL_SECONDS_MAX}. */
    TTL_TOO_LARGE("too large lease TTL", ErrorCode.LEASE_TTL_TOO_LARGE);

    private final String message;
    private final ErrorCode code;

    LessorError(String message, ErrorCode code) {
        this.message = message;
        this.code = code;
    }

    /** The text that etcd's lessor gives. */
    public String message() {
        return message;
    }

    /** What a client of a server is told. */
    public ErrorCode code() {
        return code;
    }
}
