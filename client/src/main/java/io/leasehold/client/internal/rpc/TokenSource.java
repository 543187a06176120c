package io.leasehold.client.internal.rpc;

import java.util.concurrent.CompletableFuture;

/** Where tokens come from. Any thread. */
public interface TokenSource {
    /** No token is sent. */
    TokenSource NONE = new TokenSource() {
        @Override
        public CompletableFuture<String> token() {
            return CompletableFuture.completedFuture("");
        }

        @Override
        public boolean invalidate(String refused) {
            return false;
        }
    };

    /** The token to send; empty for none. Fetched when there is none yet; all who wait share one fetch. */
    CompletableFuture<String> token();

    /** The server has refused this token. Answers whether {@link #token} may come up with another one. */
    boolean invalidate(String refused);
}
