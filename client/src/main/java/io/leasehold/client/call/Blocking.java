package io.leasehold.client.call;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The blocking form of every method that answers a future. */
public final class Blocking {
    private Blocking() {}

    /**
     * Waits for a call. Calls have deadlines of their own, so this does not wait for ever.
     *
     * @throws LeaseholdException as the future failed; with kind {@code CANCELLED} when the future was cancelled, or this
     *     thread was interrupted, which also cancels the call on the server and leaves the interrupt flag set
     */
    public static <T> T await(CompletableFuture<T> call) {
        try {
            return call.get();
        } catch (InterruptedException interrupted) {
            call.cancel(true);
            Thread.currentThread().interrupt();
            throw new LeaseholdException(
                    LeaseholdException.Kind.CANCELLED, null, true, "interrupted while waiting", interrupted);
        } catch (CancellationException cancelled) {
            throw new LeaseholdException(LeaseholdException.Kind.CANCELLED, null, true, "cancelled", cancelled);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            if (cause instanceof LeaseholdException known) {
                // The caller's own stack is what a reader of the trace looks for.
                throw new LeaseholdException(
                        known.kind(),
                        known.errorCode().orElse(null),
                        known.outcomeUnknown(),
                        String.valueOf(known.getMessage()),
                        known);
            }
            throw new LeaseholdException(
                    LeaseholdException.Kind.OTHER, null, true, String.valueOf(cause), cause == null ? failed : cause);
        }
    }
}
