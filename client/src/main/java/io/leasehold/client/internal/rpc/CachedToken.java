package io.leasehold.client.internal.rpc;

import io.leasehold.client.internal.time.Futures;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A token that is fetched once and used until a server refuses it. Any thread. */
public final class CachedToken implements TokenSource {
    private final Supplier<CompletableFuture<String>> fetch;
    private @Nullable CompletableFuture<String> token;

    /** Fetches by {@code fetch}, which is not called again while its future is open or its token is good. */
    public CachedToken(Supplier<CompletableFuture<String>> fetch) {
        this.fetch = fetch;
    }

    @Override
    public CompletableFuture<String> token() {
        CompletableFuture<String> mine;
        synchronized (this) {
            if (token != null && !token.isCompletedExceptionally()) {
                return token;
            }
            mine = new CompletableFuture<>();
            token = mine;
        }
        Futures.onEnd(fetched(), (fetched, failed) -> {
            if (fetched != null) {
                mine.complete(fetched);
            } else {
                mine.completeExceptionally(
                        failed == null ? new IllegalStateException("no token was supplied") : Futures.cause(failed));
            }
        });
        return mine;
    }

    /** What cannot even be begun, as when a user's executor takes nothing, fails like what was. */
    private CompletableFuture<String> fetched() {
        try {
            return fetch.get();
        } catch (RuntimeException notBegun) {
            return CompletableFuture.failedFuture(notBegun);
        }
    }

    @Override
    public synchronized boolean invalidate(String refused) {
        if (token != null
                && token.isDone()
                && (token.isCompletedExceptionally() || token.join().equals(refused))) {
            token = null;
        }
        return true;
    }
}
