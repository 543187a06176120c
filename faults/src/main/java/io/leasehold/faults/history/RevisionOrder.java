package io.leasehold.faults.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whether all calls on all keys fit into the one order that revisions give: each write made the change that its answer says,
 * each read was told the state at its revision, and no linearizable call shows a revision that is older than what another
 * call had shown before it began.
 */
public final class RevisionOrder {
    private RevisionOrder() {}

    /** What does not fit, a line for each; empty when all does. */
    public static List<String> violations(List<StampedCall> calls, Changes changes) {
        List<String> violations = new ArrayList<>();
        for (StampedCall call : calls) {
            compare(call, changes, violations);
        }
        compareWithTime(calls, violations);
        return violations;
    }

    private static void compare(StampedCall call, Changes changes, List<String> violations) {
        for (Change write : call.writes()) {
            Optional<Change> made = changes.change(write.key(), call.revision());
            if (!made.equals(Optional.of(write))) {
                violations.add("acknowledged and not there: " + write + ", there is " + made + "; " + call);
            }
        }
        call.reads().forEach((key, told) -> {
            Optional<String> held = changes.valueAt(key, call.revision());
            if (call.writes().isEmpty() && !told.equals(held)) {
                violations.add("read of " + key + " at revision " + call.revision() + " gave " + told + ", it held "
                        + held + "; " + call);
            }
        });
    }

    /** Walks along the ends of calls and asks at each beginning what had been shown by then. */
    private static void compareWithTime(List<StampedCall> calls, List<String> violations) {
        List<StampedCall> byEnd = new ArrayList<>(calls);
        byEnd.sort(Comparator.comparingLong(StampedCall::returnedNanos));
        List<StampedCall> byBeginning = new ArrayList<>(calls);
        byBeginning.sort(Comparator.comparingLong(StampedCall::invokedNanos));
        StampedCall newest = null;
        int ended = 0;
        for (StampedCall call : byBeginning) {
            while (ended < byEnd.size() && byEnd.get(ended).returnedNanos() < call.invokedNanos()) {
                StampedCall before = byEnd.get(ended++);
                newest = newest == null || before.revision() > newest.revision() ? before : newest;
            }
            if (newest != null && isTooOld(call, newest.revision())) {
                violations.add("revision " + call.revision() + " after " + newest.revision() + " had been shown: "
                        + call + " began after the end of " + newest);
            }
        }
    }

    private static boolean isTooOld(StampedCall call, long shownRevision) {
        return call.linearizable()
                && (call.revision() < shownRevision || (!call.writes().isEmpty() && call.revision() == shownRevision));
    }
}
