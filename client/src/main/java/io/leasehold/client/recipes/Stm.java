package io.leasehold.client.recipes;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Transactions over many keys, written as if nobody else were there. The function is run, and again from its beginning when
 * what it depends on was changed meanwhile; so it must do nothing but read and write by its {@link Transaction}. What it throws
 * is thrown on, and nothing is written. Any thread.
 */
public interface Stm {
    /** With {@link StmOptions#DEFAULT}. */
    default <T> T run(Function<Transaction, T> function) {
        return run(StmOptions.DEFAULT, function);
    }

    /**
     * Runs the function on the calling thread until it can be committed.
     *
     * @throws io.leasehold.client.call.LeaseholdException with kind {@code CONFLICT} after the options' attempts or time; with
     *     {@code outcomeUnknown()} when the answer to the commit was lost
     */
    <T> T run(StmOptions options, Function<Transaction, T> function);

    /** The same without blocking a thread; the function must use {@link Transaction#getAsync} only. */
    <T> CompletableFuture<T> runAsync(StmOptions options, Function<Transaction, CompletableFuture<T>> function);
}
