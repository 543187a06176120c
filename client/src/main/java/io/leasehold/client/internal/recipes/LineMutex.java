package io.leasehold.client.internal.recipes;

import io.leasehold.client.recipes.FencedLock;
import io.leasehold.client.recipes.Hold;
import io.leasehold.client.recipes.Mutex;
import io.leasehold.client.recipes.Semaphore;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Everything that is had by standing in a line: locks and permits. Any thread. */
final class LineMutex implements Mutex, Semaphore {
    private final HolderClaims claims;
    private final Line line;
    private final Supplier<ByteSequence> keys;

    /** The supplier gives the key for each claim. */
    LineMutex(HolderClaims claims, Line line, Supplier<ByteSequence> keys) {
        this.claims = claims;
        this.line = line;
        this.keys = keys;
    }

    private Claim claim(boolean patient) {
        return claims.claim(line, keys.get(), ByteSequence.EMPTY, patient);
    }

    @Override
    public CompletableFuture<Hold> lock() {
        return Acquisition.of(claims, claim(true), ClaimedHold::new);
    }

    @Override
    public CompletableFuture<Optional<Hold>> tryLock() {
        return Acquisition.orNot(claims, claim(false));
    }

    @Override
    public CompletableFuture<Optional<Hold>> tryLock(Duration atMost) {
        Acquisition.positive(atMost);
        return Acquisition.within(claims, claim(true), atMost);
    }

    @Override
    public FencedLock asLock() {
        return new ThreadLock(this);
    }

    @Override
    public CompletableFuture<Hold> acquire() {
        return lock();
    }

    @Override
    public CompletableFuture<Optional<Hold>> tryAcquire() {
        return tryLock();
    }

    @Override
    public CompletableFuture<Optional<Hold>> tryAcquire(Duration atMost) {
        return tryLock(atMost);
    }
}
