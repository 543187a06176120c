package io.leasehold.client.internal.recipes;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.internal.time.ListenerQueue;
import io.leasehold.client.watch.WatchBatch;
import io.leasehold.client.watch.WatchEnd;
import io.leasehold.client.watch.WatchEvent;
import io.leasehold.client.watch.WatchListener;
import io.leasehold.client.watch.Watcher;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks for something, and as long as it is not there waits for a change and looks again. What fails for the moment is tried
 * again for as long as nobody stops it.
 *
 * <p>All state belongs to a queue of turns, which is the waiting's own or that of its user.
 */
final class Waiting<T> {
    private final ClientParts parts;
    private final ListenerQueue turns;
    private final Supplier<CompletableFuture<Sight<T>>> look;
    private final BiConsumer<? super @Nullable T, ? super @Nullable Throwable> outcome;
    private @Nullable Change change;
    private @Nullable CompletableFuture<Boolean> pause;
    private int failures;
    private boolean over;

    /** The outcome is told once, in a turn, unless it is stopped before: a result or a failure, the other is null. */
    Waiting(
            ClientParts parts,
            ListenerQueue turns,
            Supplier<CompletableFuture<Sight<T>>> look,
            BiConsumer<? super @Nullable T, ? super @Nullable Throwable> outcome) {
        this.parts = parts;
        this.turns = turns;
        this.look = look;
        this.outcome = outcome;
    }

    /** Waits in turns of its own; when the future ends otherwise, as by cancelling, the wait ends too. */
    static <T> CompletableFuture<T> forResult(ClientParts parts, Supplier<CompletableFuture<Sight<T>>> look) {
        CompletableFuture<T> result = new CompletableFuture<>();
        ListenerQueue turns = new ListenerQueue(parts.callbacks());
        Waiting<T> waiting = new Waiting<>(
                parts,
                turns,
                look,
                (found, failed) -> parts.apart(() -> {
                    if (failed == null) {
                        result.complete(found);
                    } else {
                        result.completeExceptionally(failed);
                    }
                }));
        turns.add(waiting::look);
        Futures.onEnd(result, (found, failed) -> turns.add(waiting::stop));
        return result;
    }

    /** In a turn. */
    void look() {
        if (over) {
            return;
        }
        endChange();
        Futures.onEnd(look.get(), (sight, failed) -> turns.add(() -> saw(sight, failed)));
    }

    /** In a turn; nothing is told after this. */
    void stop() {
        over = true;
        endChange();
        if (pause != null) {
            pause.cancel(false);
        }
    }

    private void saw(@Nullable Sight<T> sight, @Nullable Throwable failed) {
        if (over) {
            return;
        }
        if (sight instanceof Sight.Found<T> found) {
            stop();
            outcome.accept(found.result(), null);
        } else if (sight instanceof Sight.NotYet<T> notYet) {
            failures = 0;
            Change awaited = new Change(notYet);
            change = awaited;
            awaited.begin();
        } else if (ClientParts.isPassing(Objects.requireNonNull(failed))) {
            failures++;
            CompletableFuture<Boolean> waited = parts.pauses().afterFailures(failures);
            pause = waited;
            Futures.onEnd(waited, (passed, cancelled) -> turns.add(this::look));
        } else {
            fail(Futures.cause(failed));
        }
    }

    private void fail(Throwable cause) {
        stop();
        outcome.accept(null, cause);
    }

    private void endChange() {
        if (change != null) {
            change.close();
            change = null;
        }
    }

    /** The change that is waited for. */
    private final class Change implements WatchListener {
        private final Sight.NotYet<T> awaited;
        private int signals;
        private @Nullable Watcher watcher;

        Change(Sight.NotYet<T> awaited) {
            this.awaited = awaited;
        }

        void begin() {
            watcher = parts.watches().watch(awaited.range(), awaited.options().goingOnAfterCompaction(), this);
        }

        void close() {
            if (watcher != null) {
                watcher.close();
            }
        }

        private void inTurn(Runnable action) {
            turns.add(() -> {
                if (change == this) {
                    action.run();
                }
            });
        }

        @Override
        public void onEvents(WatchBatch batch) {
            inTurn(() -> {
                for (WatchEvent event : batch.events()) {
                    if (awaited.signal().test(event)) {
                        signals++;
                    }
                }
                if (signals >= awaited.signals()) {
                    look();
                }
            });
        }

        @Override
        public void onCompacted(long compactRevision) {
            // The change may have been in the part that is gone.
            inTurn(Waiting.this::look);
        }

        @Override
        public void onEnded(WatchEnd end) {
            inTurn(() -> fail(LeaseholdException.local(
                    end.reason() == WatchEnd.Reason.REFUSED
                            ? LeaseholdException.Kind.PERMISSION_DENIED
                            : LeaseholdException.Kind.CLOSED,
                    "cannot wait any longer: " + end.message())));
        }
    }
}
