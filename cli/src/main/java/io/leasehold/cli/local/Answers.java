package io.leasehold.cli.local;

import io.grpc.Status;
import io.leasehold.cli.Connection;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Reads futures that are done. Pure functions. */
final class Answers {
    private Answers() {}

    /** The answer; null if there is a refusal instead. */
    static <R> @Nullable R of(Future<R> done) {
        try {
            return done.get();
        } catch (ExecutionException | CancellationException refused) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** The refusal in etcdctl's words; empty if there is an answer. */
    static String refusal(Future<?> done) {
        try {
            done.get();
            return "";
        } catch (ExecutionException e) {
            return Connection.words(Status.fromThrowable(e));
        } catch (CancellationException e) {
            return "cancelled";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
