package io.leasehold.faults.history;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a watcher was told every change of its range once, in order, whole revisions at a time, over all its reconnects;
 * and whether nothing came that a progress notice had declared to be over.
 */
public final class WatchCheck {
    private final String watcher;
    private final List<String> violations = new ArrayList<>();

    private WatchCheck(String watcher) {
        this.watcher = watcher;
    }

    /**
     * Compares.
     *
     * @param lines in the order received, reconnects included: each goes on one revision after the last one received
     * @param changes of the same range, from the revision on at which the watcher began; it must have come to their end
     */
    public static List<String> violations(String watcher, List<WatchLine> lines, Changes changes) {
        WatchCheck check = new WatchCheck(watcher);
        check.compare(lines, changes.inOrder());
        check.compareProgress(lines, changes.inOrder());
        check.requireWholeRevisions(lines);
        return check.violations;
    }

    private void compare(List<WatchLine> lines, List<Change> expected) {
        List<Change> received =
                lines.stream().flatMap(line -> line.changes().stream()).toList();
        int common = Math.min(received.size(), expected.size());
        for (int i = 0; i < common; i++) {
            if (!received.get(i).equals(expected.get(i))) {
                violations.add(watcher + ": event " + i + " is " + received.get(i) + ", expected " + expected.get(i));
                return;
            }
        }
        if (received.size() > common) {
            violations.add(watcher + ": an event that no member tells: " + received.get(common));
        } else if (expected.size() > common) {
            violations.add(watcher + ": never came: " + expected.get(common) + " and all after it");
        }
    }

    private void compareProgress(List<WatchLine> lines, List<Change> expected) {
        int received = 0;
        long promised = 0;
        for (WatchLine line : lines) {
            for (Change change : line.changes()) {
                if (change.revision() <= promised) {
                    violations.add(watcher + ": " + change + " after a progress notice of " + promised);
                }
                if (change.revision() > line.headerRevision()) {
                    violations.add(watcher + ": " + change + " under a header of " + line.headerRevision());
                }
            }
            received += line.changes().size();
            if (line.isProgress()) {
                promised = Math.max(promised, line.headerRevision());
                if (received < expected.size() && expected.get(received).revision() <= promised) {
                    violations.add(watcher + ": progress notice of " + promised + " before " + expected.get(received));
                }
            }
        }
    }

    private void requireWholeRevisions(List<WatchLine> lines) {
        long last = 0;
        for (WatchLine line : lines) {
            if (!line.isProgress()) {
                if (line.changes().getFirst().revision() == last) {
                    violations.add(watcher + ": revision " + last + " came in two responses");
                }
                last = line.changes().getLast().revision();
            }
        }
    }
}
