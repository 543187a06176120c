package io.leasehold.client.internal.recipes;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.internal.time.Pauses;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.watch.Watches;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;

/** What of a client the recipes are made of. */
public record ClientParts(Kv kv, Watches watches, Pauses pauses, Executor callbacks, RandomGenerator random) {
    static final ByteSequence SLASH = ByteSequence.utf8("/");

    /** Numbers in keys have as many digits as Go's nanoseconds since 1970, so that both sort among each other. */
    private static final long NUMBER_MIN = 1_000_000_000_000_000_000L;

    /** Runs it apart from what goes on here, since users' code may hang on it; here, if the client's threads are gone. */
    public void apart(Runnable task) {
        try {
            callbacks.execute(task);
        } catch (RejectedExecutionException closed) {
            task.run();
        }
    }

    @SuppressWarnings("NullAway") // The one value a future of Void can have.
    static void succeed(CompletableFuture<Void> future) {
        future.complete(null);
    }

    /** A number that no other key has, in all likelihood; keys are put only if they are not there. */
    String number() {
        return Long.toString(random.nextLong(NUMBER_MIN, Long.MAX_VALUE));
    }

    /** The name and a slash, which all keys of a recipe begin with. */
    static ByteSequence under(ByteSequence name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a name is not empty");
        }
        return name.concat(SLASH);
    }

    /** A lease as it stands in keys: Go's {@code %x}, without padding, and with a sign. */
    static ByteSequence hex(long leaseId) {
        return ByteSequence.utf8(Long.toString(leaseId, 16));
    }

    /** Whether the same may succeed later. */
    public static boolean isPassing(Throwable failed) {
        if (!(Futures.cause(failed) instanceof LeaseholdException known)) {
            return false;
        }
        return switch (known.kind()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, STALE_READ -> true;
            case OTHER -> known.outcomeUnknown();
            case REFUSED -> known.is(ErrorCode.TOO_MANY_REQUESTS);
            case UNAUTHENTICATED, PERMISSION_DENIED, CANCELLED, CLOSED, SESSION_LOST, CONFLICT -> false;
        };
    }
}
