package io.leasehold.faults.history;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether the calls on one key can be put into one order that is that of their time where they do not overlap, and in which
 * each was told what the ones before it had written. The search of Wing and Gong with Lowe's memory of places it has been at:
 * a set of calls done and the value after them need not be tried twice.
 *
 * <p>Values must be unique: no two calls write the same. Then a call with unknown outcome whose value nobody ever saw can be
 * left out, as each call tells what was there; what remains open is little, and the search stays short.
 */
public final class Linearizability {
    /** What came of a search. */
    public enum Verdict {
        /** There is such an order. */
        LINEARIZABLE,
        /** There is none. */
        VIOLATED,
        /** The search came to its bound before it knew. */
        UNDECIDED
    }

    /** Some hundred megabytes for calls in the hundreds. */
    private static final int PLACES_LIMIT = 1_000_000;

    private record Place(BitSet done, @Nullable String state) {}

    private record Step(int call, @Nullable String stateBefore, List<Integer> others) {}

    private final List<RegisterCall> calls;
    private final int placesLimit;
    private final Set<Place> been = new HashSet<>();
    private final BitSet done = new BitSet();
    private int answeredLeft;

    private Linearizability(List<RegisterCall> calls, int placesLimit) {
        this.calls = calls;
        this.placesLimit = placesLimit;
        this.answeredLeft = (int) calls.stream().filter(call -> !call.isOpen()).count();
    }

    /**
     * Searches an order.
     *
     * @param calls on one key that is not there at first, in any order; calls with unknown outcome among them
     */
    public static Verdict check(List<RegisterCall> calls) {
        return check(calls, PLACES_LIMIT);
    }

    /** As {@link #check(List)}, with another bound on the places that are remembered. */
    static Verdict check(List<RegisterCall> calls, int placesLimit) {
        Set<String> seen = calls.stream()
                .map(RegisterCall::answer)
                .filter(answer -> answer != null && answer.seen() != null)
                .map(answer -> String.valueOf(answer.seen()))
                .collect(Collectors.toSet());
        calls.forEach(call -> {
            if (call.action() instanceof RegisterCall.Swap swap && !call.isOpen() && swap.expected() != null) {
                seen.add(swap.expected());
            }
        });
        List<RegisterCall> relevant = calls.stream()
                .filter(call -> !call.isOpen() || canMatter(call, seen))
                .sorted(Comparator.comparingLong(RegisterCall::invokedNanos))
                .toList();
        return new Linearizability(relevant, placesLimit).search();
    }

    /** Of the calls with unknown outcome a read cannot, nor a write of what nobody saw. */
    private static boolean canMatter(RegisterCall call, Set<String> seen) {
        return call.action() instanceof RegisterCall.Delete
                || call.action().writes().filter(seen::contains).isPresent();
    }

    /** Depth first, with a stack of its own: histories are longer than the thread's stack is deep. */
    private Verdict search() {
        List<Step> path = new ArrayList<>();
        String state = null;
        List<Integer> candidates = candidates(state);
        while (answeredLeft > 0) {
            if (!candidates.isEmpty()) {
                int call = candidates.removeFirst();
                String next = calls.get(call).after(state);
                take(call);
                if (been.add(new Place((BitSet) done.clone(), next))) {
                    path.add(new Step(call, state, candidates));
                    state = next;
                    candidates = candidates(state);
                } else {
                    giveBack(call);
                }
            } else if (path.isEmpty()) {
                return Verdict.VIOLATED;
            } else {
                Step last = path.removeLast();
                giveBack(last.call());
                state = last.stateBefore();
                candidates = last.others();
            }
            if (been.size() > placesLimit) {
                return Verdict.UNDECIDED;
            }
        }
        return Verdict.LINEARIZABLE;
    }

    private void take(int call) {
        done.set(call);
        answeredLeft -= calls.get(call).isOpen() ? 0 : 1;
    }

    private void giveBack(int call) {
        done.clear(call);
        answeredLeft += calls.get(call).isOpen() ? 0 : 1;
    }

    /** The calls that may be next: those that began before any that is left had ended, and fit. Answered ones come first. */
    private List<Integer> candidates(@Nullable String state) {
        long firstEnd = Long.MAX_VALUE;
        List<Integer> answered = new ArrayList<>();
        List<Integer> open = new ArrayList<>();
        for (int i = done.nextClearBit(0); i < calls.size(); i = done.nextClearBit(i + 1)) {
            RegisterCall call = calls.get(i);
            if (call.invokedNanos() > firstEnd) {
                break;
            }
            firstEnd = Math.min(firstEnd, call.returnedNanos());
            if (call.fits(state)) {
                (call.isOpen() ? open : answered).add(i);
            }
        }
        answered.addAll(open);
        return answered;
    }
}
