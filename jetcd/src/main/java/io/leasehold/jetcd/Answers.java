package io.leasehold.jetcd;

import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdException;
import io.etcd.jetcd.common.exception.EtcdExceptionFactory;
import io.grpc.StatusRuntimeException;
import io.leasehold.client.call.LeaseholdException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/** Answers and failures as jetcd gives them out. */
final class Answers {
    private Answers() {}

    /** The call's answer in another form; a failure as jetcd's exception. */
    static <A, B> CompletableFuture<B> of(CompletableFuture<A> call, Function<? super A, ? extends B> form) {
        return call.handle((answer, failed) -> {
            if (failed != null) {
                throw failure(failed);
            }
            return form.apply(answer);
        });
    }

    /** jetcd's exception for a failure, with the client's own as its cause. */
    static EtcdException failure(Throwable failed) {
        Throwable cause = failed.getCause();
        Throwable own = failed instanceof CompletionException && cause != null ? cause : failed;
        return EtcdExceptionFactory.newEtcdException(code(own), String.valueOf(own.getMessage()), own);
    }

    private static ErrorCode code(Throwable failed) {
        if (failed.getCause() instanceof StatusRuntimeException refused) {
            return ErrorCode.valueOf(refused.getStatus().getCode().name());
        }
        if (!(failed instanceof LeaseholdException known)) {
            return ErrorCode.UNKNOWN;
        }
        return switch (known.kind()) {
            case UNAVAILABLE, STALE_READ -> ErrorCode.UNAVAILABLE;
            case DEADLINE_EXCEEDED -> ErrorCode.DEADLINE_EXCEEDED;
            case UNAUTHENTICATED -> ErrorCode.UNAUTHENTICATED;
            case PERMISSION_DENIED -> ErrorCode.PERMISSION_DENIED;
            case CANCELLED, CLOSED -> ErrorCode.CANCELLED;
            case SESSION_LOST -> ErrorCode.NOT_FOUND;
            case CONFLICT -> ErrorCode.ABORTED;
            case REFUSED -> ErrorCode.FAILED_PRECONDITION;
            case OTHER -> ErrorCode.UNKNOWN;
        };
    }
}
