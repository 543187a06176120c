package io.leasehold.client.internal.leasing;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.Futures;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What calls made of several calls have in common. */
final class Calls {
    private Calls() {}

    /** When the user gives up, so does the call that is under way. */
    static void passOnCancellation(CompletableFuture<?> result, Supplier<@Nullable CompletableFuture<?>> underWay) {
        Futures.onEnd(result, (value, failed) -> {
            CompletableFuture<?> call = underWay.get();
            if (result.isCancelled() && call != null) {
                call.cancel(true);
            }
        });
    }

    /** Turns the answer of a call into another; who cancels that cancels the call. */
    static <A, R> CompletableFuture<R> map(CompletableFuture<A> call, Function<A, R> change) {
        CompletableFuture<R> result = new CompletableFuture<>();
        passOnCancellation(result, () -> call);
        Futures.onEnd(call, (value, failed) -> {
            if (value != null) {
                result.complete(change.apply(value));
            } else {
                result.completeExceptionally(Futures.cause(failure(failed)));
            }
        });
        return result;
    }

    /** The failure of a call that has failed. */
    static Throwable failure(@Nullable Throwable failed) {
        return failed == null ? new IllegalStateException("a call ended with neither an answer nor a failure") : failed;
    }

    /** Whether a change may have been made by a call that failed like that. */
    static boolean mayHaveChanged(@Nullable Throwable failed) {
        return !(failed instanceof LeaseholdException known) || known.outcomeUnknown();
    }
}
