package io.leasehold.client.internal.recipes;

import io.leasehold.client.call.Blocking;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.recipes.Stm;
import io.leasehold.client.recipes.StmOptions;
import io.leasehold.client.recipes.Transaction;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs a function as often as it takes to commit what it did. Any thread. */
final class RetriedStm implements Stm {
    /** The first repetition follows at once; later ones wait, by chance, so that rivals do not meet again. */
    private static final long PAUSE_NANOS_MIN = 2_000_000L;

    private static final int DOUBLINGS_MAX = 6;

    private final ClientParts parts;

    RetriedStm(ClientParts parts) {
        this.parts = parts;
    }

    @Override
    public <T> T run(StmOptions options, Function<Transaction, T> function) {
        Course course = new Course(options);
        try {
            while (true) {
                StmAttempt attempt = course.begin();
                T result;
                try {
                    result = function.apply(attempt);
                } catch (LeaseholdException failed) {
                    if (!isOutdated(attempt, failed)) {
                        throw failed;
                    }
                    Blocking.await(course.outdated(failed));
                    continue;
                }
                if (Blocking.await(attempt.commit())) {
                    return result;
                }
                Blocking.await(course.conflicted(attempt));
            }
        } finally {
            course.end();
        }
    }

    @Override
    public <T> CompletableFuture<T> runAsync(StmOptions options, Function<Transaction, CompletableFuture<T>> function) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Course course = new Course(options);
        Futures.onEnd(result, (done, failed) -> course.end());
        step(course, function, result);
        return result;
    }

    private <T> void step(
            Course course, Function<Transaction, CompletableFuture<T>> function, CompletableFuture<T> result) {
        if (result.isDone()) {
            return;
        }
        StmAttempt attempt = course.begin();
        CompletableFuture<T> computed;
        try {
            computed = function.apply(attempt);
        } catch (RuntimeException failed) {
            result.completeExceptionally(failed);
            return;
        }
        Futures.onEnd(computed, (value, failed) -> {
            if (failed == null) {
                commit(course, attempt, function, value, result);
            } else if (isOutdated(attempt, Futures.cause(failed))) {
                Futures.onEnd(course.outdated(Futures.cause(failed)), next(course, function, result));
            } else {
                result.completeExceptionally(Futures.cause(failed));
            }
        });
    }

    @SuppressWarnings("NullAway") // The function's own result, which is the user's to be null.
    private <T> void commit(
            Course course,
            StmAttempt attempt,
            Function<Transaction, CompletableFuture<T>> function,
            @Nullable T value,
            CompletableFuture<T> result) {
        Futures.onEnd(attempt.commit(), (committed, failed) -> {
            if (failed != null) {
                result.completeExceptionally(Futures.cause(failed));
            } else if (Boolean.TRUE.equals(committed)) {
                result.complete(value);
            } else {
                Futures.onEnd(course.conflicted(attempt), next(course, function, result));
            }
        });
    }

    private <T> BiConsumer<@Nullable Boolean, @Nullable Throwable> next(
            Course course, Function<Transaction, CompletableFuture<T>> function, CompletableFuture<T> result) {
        return (passed, failed) -> {
            if (failed != null) {
                result.completeExceptionally(Futures.cause(failed));
            } else {
                step(course, function, result);
            }
        };
    }

    /** Whether the attempt's own revision is no longer, or not yet, to be had from the member that was asked. */
    private static boolean isOutdated(StmAttempt attempt, Throwable failed) {
        return attempt.readsAtRevision()
                && failed instanceof LeaseholdException known
                && (known.is(ErrorCode.COMPACTED) || known.is(ErrorCode.FUTURE_REVISION));
    }

    /** The attempts of one run, which follow each other. */
    private final class Course {
        private final StmOptions options;
        private final CompletableFuture<Boolean> limit;
        private Map<ByteSequence, GetResult> prefetched = Map.of();
        private int attempts;

        Course(StmOptions options) {
            this.options = options;
            this.limit = parts.pauses().of(options.timeout());
        }

        StmAttempt begin() {
            attempts++;
            return new StmAttempt(parts.kv(), options, prefetched);
        }

        void end() {
            limit.cancel(false);
        }

        CompletableFuture<Boolean> conflicted(StmAttempt attempt) {
            prefetched = attempt.fetchedByCommit();
            return pause(null);
        }

        CompletableFuture<Boolean> outdated(Throwable failed) {
            prefetched = Map.of();
            return pause(failed);
        }

        private CompletableFuture<Boolean> pause(@Nullable Throwable cause) {
            if (attempts >= options.attemptsMax() || limit.isDone()) {
                return CompletableFuture.failedFuture(new LeaseholdException(
                        LeaseholdException.Kind.CONFLICT,
                        null,
                        false,
                        "given up after " + attempts + " attempts: others kept changing what was read",
                        cause));
            }
            if (attempts == 1) {
                return CompletableFuture.completedFuture(true);
            }
            long most = PAUSE_NANOS_MIN << Math.min(attempts - 2, DOUBLINGS_MAX);
            return parts.pauses().of(Duration.ofNanos(parts.random().nextLong(most)));
        }
    }
}
