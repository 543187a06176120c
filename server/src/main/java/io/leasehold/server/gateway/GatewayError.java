package io.leasehold.server.gateway;

import io.grpc.Status;
import io.leasehold.server.http.HttpReply;
import io.leasehold.server.http.JsonText;

/** How a gRPC status looks in JSON over HTTP. */
final class GatewayError {
    /** nginx's "client closed request", which gRPC's mapping uses for CANCELLED. */
    private static final int CLIENT_CLOSED_REQUEST = 499;

    private GatewayError() {}

    static HttpReply reply(Status status) {
        return HttpReply.json(httpStatus(status.getCode()), object(status));
    }

    /** A stream that failed before its first message. */
    static HttpReply streamReply(Status status) {
        return HttpReply.json(httpStatus(status.getCode()), streamObject(status));
    }

    /** The last line of a stream that failed. */
    static String streamObject(Status status) {
        return "{\"error\":" + object(status) + "}";
    }

    /** {@code error} says the same as {@code message}: clients of etcd before 3.6 read it. */
    static String object(Status status) {
        String description = status.getDescription();
        String message = JsonText.escape(description == null ? status.getCode().name() : description);
        return "{\"error\":\"" + message + "\",\"code\":" + status.getCode().value() + ",\"message\":\"" + message
                + "\"}";
    }

    private static int httpStatus(Status.Code code) {
        return switch (code) {
            case OK -> 200;
            case CANCELLED -> CLIENT_CLOSED_REQUEST;
            case UNKNOWN, INTERNAL, DATA_LOSS -> 500;
            case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
            case DEADLINE_EXCEEDED -> 504;
            case NOT_FOUND -> 404;
            case ALREADY_EXISTS, ABORTED -> 409;
            case PERMISSION_DENIED -> 403;
            case RESOURCE_EXHAUSTED -> 429;
            case UNIMPLEMENTED -> 501;
            case UNAVAILABLE -> 503;
            case UNAUTHENTICATED -> 401;
        };
    }
}
