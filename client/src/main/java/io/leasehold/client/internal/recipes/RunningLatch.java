package io.leasehold.client.internal.recipes;

import io.leasehold.client.call.Blocking;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.internal.time.ListenerQueue;
import io.leasehold.client.recipes.Election;
import io.leasehold.client.recipes.HoldEnd;
import io.leasehold.client.recipes.LeaderLatch;
import io.leasehold.client.recipes.Leadership;
import io.leasehold.client.session.LeaseHolder;
import io.leasehold.protocol.ByteSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A latch. Its course belongs to its turns; the listener is called in turns of its own, so that it may block. */
final class RunningLatch implements LeaderLatch {
    private final ClientParts parts;
    private final Election election;
    private final LeaseHolder holder;
    private final ByteSequence value;
    private final Listener listener;
    private final ListenerQueue turns;
    private final ListenerQueue calls;
    private final List<CompletableFuture<Leadership>> waiting = new ArrayList<>();
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private volatile @Nullable Leadership leads;
    private @Nullable CompletableFuture<Leadership> campaign;
    private boolean closing;
    private boolean over;
    private int failures;

    RunningLatch(ClientParts parts, Election election, LeaseHolder holder, ByteSequence value, Listener listener) {
        this.parts = parts;
        this.election = election;
        this.holder = holder;
        this.value = value;
        this.listener = listener;
        this.turns = new ListenerQueue(parts.callbacks());
        this.calls = new ListenerQueue(parts.callbacks());
    }

    void begin() {
        Futures.onEnd(holder.ended(), (end, never) -> turns.add(this::endUnlessLeading));
        turns.add(this::stand);
    }

    private void stand() {
        if (closing || holder.isEnded()) {
            endUnlessLeading();
            return;
        }
        CompletableFuture<Leadership> standing = election.campaign(holder, value);
        campaign = standing;
        Futures.onEnd(standing, (won, failed) -> turns.add(() -> stood(won)));
    }

    private void stood(@Nullable Leadership won) {
        campaign = null;
        if (won == null) {
            if (closing || holder.isEnded()) {
                endUnlessLeading();
            } else {
                failures++;
                Futures.onEnd(parts.pauses().afterFailures(failures), (passed, cancelled) -> turns.add(this::stand));
            }
            return;
        }
        failures = 0;
        leads = won;
        calls.add(() -> listener.onElected(won));
        waiting.forEach(future -> parts.apart(() -> future.complete(won)));
        waiting.clear();
        Futures.onEnd(won.ended(), (how, never) -> turns.add(() -> deposed(Objects.requireNonNull(how))));
        if (closing) {
            resign(won);
        }
    }

    /** Its end is told by the leadership itself. */
    private static void resign(Leadership leadership) {
        Futures.onEnd(leadership.release(), (done, never) -> {});
    }

    private void deposed(HoldEnd how) {
        leads = null;
        calls.add(() -> listener.onDeposed(how));
        stand();
    }

    private void endUnlessLeading() {
        if (over || leads != null || campaign != null) {
            return;
        }
        over = true;
        waiting.forEach(future -> parts.apart(() -> future.completeExceptionally(endException())));
        waiting.clear();
        calls.last(listener::onEnded);
        parts.apart(() -> ClientParts.succeed(finished));
    }

    private static LeaseholdException endException() {
        return LeaseholdException.local(LeaseholdException.Kind.CLOSED, "the latch has ended");
    }

    @Override
    public Optional<Leadership> leadership() {
        return Optional.ofNullable(leads).filter(Leadership::isValid);
    }

    @Override
    public CompletableFuture<Leadership> elected() {
        CompletableFuture<Leadership> answer = new CompletableFuture<>();
        turns.add(() -> {
            Leadership now = leads;
            if (now != null) {
                parts.apart(() -> answer.complete(now));
            } else if (over) {
                parts.apart(() -> answer.completeExceptionally(endException()));
            } else {
                waiting.add(answer);
            }
        });
        return answer;
    }

    @Override
    public void close() {
        turns.add(() -> {
            closing = true;
            Leadership now = leads;
            CompletableFuture<Leadership> standing = campaign;
            if (now != null) {
                resign(now);
            } else if (standing != null) {
                standing.cancel(false);
            } else {
                endUnlessLeading();
            }
        });
        if (!turns.isInside() && !calls.isInside()) {
            Blocking.await(finished);
        }
    }
}
