package io.leasehold.client.recipes;

import io.leasehold.client.session.LeaseHolder;
import java.util.concurrent.CompletableFuture;

/** A gate that is closed while its key is there: the key of Go's {@code recipe.Barrier}, the name itself. Any thread. */
public interface Barrier {
    /** Closes the gate until somebody opens it; answers false if it was closed already. Nothing opens it by itself. */
    CompletableFuture<Boolean> hold();

    /** Closes the gate; it opens when this session ends, if nobody opens it before. */
    CompletableFuture<Boolean> hold(LeaseHolder holder);

    /** Opens the gate; answers false if it was open. */
    CompletableFuture<Boolean> release();

    /** Completes when the gate is open. Cancelling the future ends the wait. */
    CompletableFuture<Void> await();
}
