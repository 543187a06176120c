package io.leasehold.client.call;

import io.leasehold.protocol.ErrorCode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call that did not succeed. Futures fail with exactly this type, never with one of the transport; {@code join()}
 * wraps it once in a {@link java.util.concurrent.CompletionException}, {@link Blocking#await} not at all.
 */
public final class LeaseholdException extends RuntimeException {
    /** What kind of failure it is, which is what a caller decides by. */
    public enum Kind {
        /** The server understood and refused; {@link #errorCode()} says which refusal, if it is a known one. */
        REFUSED,
        /** No server could be reached, or the cluster has no leader. */
        UNAVAILABLE,
        /** The call's time was over. */
        DEADLINE_EXCEEDED,
        /** The credentials were not accepted, also not after they were renewed. */
        UNAUTHENTICATED,
        /** The credentials are good and do not allow this. */
        PERMISSION_DENIED,
        /** The caller gave up: its future was cancelled or its thread interrupted. */
        CANCELLED,
        /** The client, or the object of it that was asked, is closed. */
        CLOSED,
        /** Every server that was asked is behind what this client has already seen. */
        STALE_READ,
        /** The session that the call was made under is lost, and with it the place, the lock or the leadership. */
        SESSION_LOST,
        /** Others kept changing what the call depends on, as often as it may be repeated. */
        CONFLICT,
        /** Something else; the cause says what. */
        OTHER
    }

    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final @Nullable ErrorCode errorCode;
    private final boolean outcomeUnknown;

    /** Made by the client. */
    public LeaseholdException(
            Kind kind,
            @Nullable ErrorCode errorCode,
            boolean outcomeUnknown,
            String message,
            @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.errorCode = errorCode;
        this.outcomeUnknown = outcomeUnknown;
    }

    /** A failure on this side, by which nothing can have been changed. */
    public static LeaseholdException local(Kind kind, String message) {
        return new LeaseholdException(kind, null, false, message, null);
    }

    /** What kind of failure it is. */
    public Kind kind() {
        return kind;
    }

    /** The server's refusal, if it is one of etcd's known ones. */
    public Optional<ErrorCode> errorCode() {
        return Optional.ofNullable(errorCode);
    }

    /** Whether the server refused with this code. */
    public boolean is(ErrorCode code) {
        return errorCode == code;
    }

    /**
     * Whether the change may have been made all the same: the request was sent and its answer was lost. Always false for
     * calls that change nothing.
     */
    public boolean outcomeUnknown() {
        return outcomeUnknown;
    }
}
