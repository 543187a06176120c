package io.leasehold.client.internal.recipes;

import io.leasehold.client.internal.time.ListenerQueue;
import io.leasehold.client.recipes.HoldEnd;
import io.leasehold.client.session.LeaseHolder;
import io.leasehold.client.session.SessionEnd;
import io.leasehold.client.session.SessionListener;
import io.leasehold.protocol.ByteSequence;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * All claims of one holder of a lease. Their keys follow from its lease, so that two claims of one name would share a key and both
 * believe to own it: here the second waits until the first is over.
 *
 * <p>Everything that happens to a claim happens in a turn, one after another, on the callback executor.
 */
final class HolderClaims implements SessionListener {
    private final ClientParts parts;
    private final LeaseHolder holder;
    private final Runnable onEnd;
    private final ListenerQueue turns;
    private final Map<ByteSequence, Deque<Claim>> byKey = new HashMap<>();
    private boolean ended;

    /** The end is told in a turn, once, when the holder has ended. */
    HolderClaims(ClientParts parts, LeaseHolder holder, Runnable onEnd) {
        this.parts = parts;
        this.holder = holder;
        this.onEnd = onEnd;
        this.turns = new ListenerQueue(parts.callbacks());
    }

    ClientParts parts() {
        return parts;
    }

    LeaseHolder holder() {
        return holder;
    }

    ListenerQueue turns() {
        return turns;
    }

    void turn(Runnable step) {
        turns.add(step);
    }

    /** Any thread: a claim on the lease that the holder has now. */
    Claim claim(Line line, ByteSequence key, ByteSequence value, boolean patient) {
        return add(new Claim(this, line, holder.leaseId(), key, value, patient));
    }

    private Claim add(Claim claim) {
        turn(() -> {
            if (ended) {
                claim.lost(HoldEnd.SESSION_LOST);
                return;
            }
            Deque<Claim> line = byKey.computeIfAbsent(claim.key(), any -> new ArrayDeque<>());
            line.add(claim);
            if (line.peekFirst() == claim) {
                claim.enter();
            } else if (!claim.isPatient()) {
                claim.leave();
            }
        });
        return claim;
    }

    /** Any thread: the claim of this key that is not over, if there is one. */
    CompletableFuture<Optional<Claim>> current(ByteSequence key) {
        CompletableFuture<Optional<Claim>> answer = new CompletableFuture<>();
        turn(() -> {
            Deque<Claim> line = byKey.get(key);
            answer.complete(line == null ? Optional.empty() : Optional.ofNullable(line.peekFirst()));
        });
        return answer;
    }

    /** In a turn. */
    void remove(Claim claim) {
        Deque<Claim> line = byKey.get(claim.key());
        if (line == null) {
            return;
        }
        boolean first = line.peekFirst() == claim;
        line.remove(claim);
        Claim next = line.peekFirst();
        if (next == null) {
            byKey.remove(claim.key());
        } else if (first) {
            turn(next::enter);
        }
    }

    @Override
    public void onLeaseLost(long leaseId) {
        turn(() -> all().stream().filter(claim -> claim.leaseId() == leaseId).forEach(this::lose));
    }

    @Override
    public void onEnded(SessionEnd end) {
        turn(() -> {
            ended = true;
            // An orphan's lease lives on: keys that are being taken away still are.
            all().stream()
                    .filter(claim -> end != SessionEnd.ORPHANED || claim.isWanted())
                    .forEach(this::lose);
            onEnd.run();
        });
    }

    private void lose(Claim claim) {
        claim.lost(HoldEnd.SESSION_LOST);
    }

    private List<Claim> all() {
        return byKey.values().stream().flatMap(Deque::stream).toList();
    }
}
