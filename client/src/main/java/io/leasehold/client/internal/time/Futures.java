package io.leasehold.client.internal.time;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What the JDK's futures leave to be said. */
public final class Futures {
    private Futures() {}

    /** Calls the handler when the future has ended: one of its arguments is null. The handler must not throw. */
    @SuppressWarnings("FutureReturnValueIgnored") // The derived future could only tell of a handler that threw.
    public static <T> void onEnd(
            CompletableFuture<T> future, BiConsumer<? super @Nullable T, ? super @Nullable Throwable> handler) {
        future.whenComplete(handler);
    }

    /** The failure itself, without the wrapping that dependent futures put around it. */
    public static Throwable cause(Throwable failed) {
        Throwable cause = failed.getCause();
        return failed instanceof CompletionException && cause != null ? cause : failed;
    }
}
