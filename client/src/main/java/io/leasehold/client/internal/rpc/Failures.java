package io.leasehold.client.internal.rpc;

import io.grpc.Status;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.call.LeaseholdException.Kind;
import io.leasehold.protocol.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a status of the transport means. Pure. */
public final class Failures {
    private static final String DESCRIPTION = "desc = ";
    private static final Map<String, ErrorCode> BY_MESSAGE = byMessage();

    private Failures() {}

    private static Map<String, ErrorCode> byMessage() {
        Map<String, ErrorCode> codes = new HashMap<>();
        for (ErrorCode code : ErrorCode.values()) {
            codes.put(code.message(), code);
        }
        return Map.copyOf(codes);
    }

    /** The known refusal behind a status, by its text: the codes of etcd's releases differ, the texts do not. */
    public static @Nullable ErrorCode errorCode(Status status) {
        String description = status.getDescription();
        return description == null ? null : BY_MESSAGE.get(description);
    }

    /** The known refusal that a text ends with: inside streams etcd puts the gRPC code before it. */
    public static @Nullable ErrorCode errorCodeIn(String text) {
        int begin = text.indexOf(DESCRIPTION);
        return BY_MESSAGE.get(begin < 0 ? text : text.substring(begin + DESCRIPTION.length()));
    }

    /** Whether a new token may help. */
    public static boolean isTokenRefused(Status status) {
        ErrorCode code = errorCode(status);
        return code != null && isTokenRefused(code);
    }

    /** Whether a new token may help. */
    public static boolean isTokenRefused(ErrorCode code) {
        return code == ErrorCode.INVALID_AUTH_TOKEN
                || code == ErrorCode.AUTH_OLD_REVISION
                || code == ErrorCode.USER_EMPTY;
    }

    /**
     * How a stream ends for which there is no token: for good when the server has refused the credentials, and else until one
     * can be had.
     */
    static Status withoutToken(Throwable why) {
        boolean refused = why instanceof LeaseholdException known
                && switch (known.kind()) {
                    case UNAUTHENTICATED, PERMISSION_DENIED, REFUSED -> true;
                    default -> false;
                };
        // Not the code of an endpoint that is at fault: the call for the token has told of that itself.
        Status status = refused ? Status.UNAUTHENTICATED : Status.UNKNOWN;
        return status.withDescription("no token: " + why.getMessage()).withCause(why);
    }

    /** Whether another endpoint, or the same one later, may do better. */
    public static boolean isTransient(Status status) {
        return switch (status.getCode()) {
            case UNAVAILABLE -> true;
            // What a broken connection looks like, depending on where it broke.
            case INTERNAL, UNKNOWN -> isTransport(status);
            default -> false;
        };
    }

    /** Whether the endpoint itself is at fault, so that others should not go there: not so when it answered sensibly. */
    public static boolean isEndpointFailure(Status status) {
        ErrorCode code = errorCode(status);
        if (code != null) {
            return code == ErrorCode.NO_LEADER || code == ErrorCode.STOPPED;
        }
        return isTransient(status);
    }

    /** Whether the server said that it did nothing, so that also a change may be repeated. */
    static boolean isRefusedBeforehand(Status status) {
        return errorCode(status) == ErrorCode.TOO_MANY_REQUESTS;
    }

    private static boolean isTransport(Status status) {
        String description = status.getDescription();
        return description == null
                || description.startsWith("http2 exception")
                || description.startsWith("HTTP/2 error code")
                || description.startsWith("Received Rst Stream")
                || description.startsWith("RST_STREAM")
                || status.getCause() instanceof java.io.IOException;
    }

    /** The exception a user sees. */
    public static LeaseholdException exception(Status status, boolean outcomeUnknown, String context) {
        ErrorCode code = errorCode(status);
        String text = text(status);
        String message = (code == null ? context + ": " + text : text)
                + (outcomeUnknown ? " (the change may have been applied)" : "");
        return new LeaseholdException(kind(status, code), code, outcomeUnknown, message, status.asRuntimeException());
    }

    /** What has happened, in one line; what the transport says of a broken connection is in its cause alone. */
    private static String text(Status status) {
        String description = status.getDescription();
        String text = description == null
                ? status.getCode().name()
                : description.lines().findFirst().orElse("");
        Throwable deepest = status.getCause();
        while (deepest != null && deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String reason = deepest == null ? null : deepest.getMessage();
        return reason == null || text.contains(reason) ? text : text + ": " + reason;
    }

    private static Kind kind(Status status, @Nullable ErrorCode code) {
        if (isTokenRefused(status) || code == ErrorCode.AUTH_FAILED) {
            return Kind.UNAUTHENTICATED;
        }
        return switch (status.getCode()) {
            case UNAVAILABLE -> Kind.UNAVAILABLE;
            case DEADLINE_EXCEEDED -> Kind.DEADLINE_EXCEEDED;
            case UNAUTHENTICATED -> Kind.UNAUTHENTICATED;
            case PERMISSION_DENIED -> Kind.PERMISSION_DENIED;
            case CANCELLED -> Kind.CANCELLED;
            case INVALID_ARGUMENT,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    FAILED_PRECONDITION,
                    OUT_OF_RANGE,
                    RESOURCE_EXHAUSTED,
                    UNIMPLEMENTED -> Kind.REFUSED;
            default -> code == null ? Kind.OTHER : Kind.REFUSED;
        };
    }
}
