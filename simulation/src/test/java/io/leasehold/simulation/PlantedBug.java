package io.leasehold.simulation;

import java.util.List;

/**
 * A rule of the leases broken on purpose, as an edit of the real sources: a test compiles the edited files and runs the
 * simulation on them, so that production code needs no switch for it.
 */
enum PlantedBug {
    ACKNOWLEDGED_BEFORE_CONFIRM(new Edit(
            Edit.RENEWALS,
            "stamped.add(renewal);",
            "stamped.add(renewal); if (deadlines.contains(leaseId)) { lookUp(renewal); }")),
    CLEAR_NOT_WAITED_FOR(new Edit(
            Edit.RENEWALS,
            "waitFor(newClear(renewal.leaseId), renewal);",
            "{ newClear(renewal.leaseId); "
                    + "answer(renewal, new LeaseRenewal.Renewed(deadlines.ttlSeconds(renewal.leaseId))); }")),
    NOT_FOUND_WITHOUT_WAITING(new Edit(Edit.RENEWALS, "if (renewal.appliedFar) {", "if (true) {")),
    ADVANCE_THEN_TAKE(
            new Edit(Edit.KEEPER, "long stampNanos = clock.advance(ticker.nanos());", "long stampNanos = firstNanos;")),
    EXPIRED_LEASE_REVIVED(new Edit(
            Edit.DEADLINES, "if (is(slot, REVOKE_PROPOSED | EXPIRY_PROPOSED)) {", "if (is(slot, REVOKE_PROPOSED)) {")),
    CHECKPOINT_MARKED_WHEN_APPLIED(
            new Edit(Edit.DEADLINES, "marks[slot] |= ANCHORED;\n        sink", "sink"),
            new Edit(
                    Edit.ENDINGS,
                    "checkpointsRefused.addAll(leases);",
                    "checkpointsRefused.addAll(leases); } else {"
                            + " leases.forEach(l -> deadlines.clearRefused(l.id(), l.grantIndex())); } if (!applied) {")),
    REFUSED_CHECKPOINT_SENT_AGAIN(new Edit(
            Edit.ENDINGS,
            "for (Remaining lease : checkpointsRefused) {",
            "if (!checkpointsRefused.isEmpty()) { proposeCheckpoint(checkpointsRefused); }"
                    + " for (Remaining lease : List.<Remaining>of()) {")),
    NO_REVOKE_MARK(new Edit(Edit.REVOKE_MARKS, "underWay.merge(leaseId, 1, Integer::sum);", "")),
    NO_TERM_FENCE(
            new Edit(Edit.LEASE_CHANGES, "if (expire.term() != term) {", "if (term < 0) {"),
            new Edit(Edit.LEASE_CHANGES, "if (checkpoint.term() != term) {", "if (term < 0) {"),
            new Edit(Edit.LEASE_CHANGES, "if (clear.term() != term) {", "if (term < 0) {")),
    CONFIRM_JOINED_BY_LATER_REQUESTS(new Edit(Edit.RAFT, "long number = ++lastRound;", "long number = lastRound;")),
    NO_GRANT_INDEX(
            new Edit(
                    Edit.LEASE_CHANGES,
                    "end(lease.id(), lease.grantIndex(), LeaseChange.Cause.EXPIRED);",
                    "end(lease.id(), leases.lease(lease.id()).get().grantIndex(), LeaseChange.Cause.EXPIRED);"),
            new Edit(
                    Edit.TABLE,
                    "slot != SlotMap.ABSENT && page(slot).grantIndex.get(slot & LeasePage.SLOT_MASK) == grantIndex",
                    "slot != SlotMap.ABSENT")),
    ANCHOR_TIME_TAKEN_AT_PROMOTION(
            new Edit(Edit.DEADLINES, "plus(lease.anchorNanos(), millisToNanos", "plus(nowNanos, millisToNanos")),
    GRACE_ANEW_AT_EACH_PROMOTION(new Edit(
            Edit.DEADLINES,
            "Math.min(plus(nowNanos, grace), plus(end, grace + leaderlessNanos))",
            "plus(nowNanos, grace)")),
    NO_STALL_CLOCK(new Edit(Edit.CLOCK, "gapNanos > STALL_NANOS", "gapNanos > Long.MAX_VALUE - 1")),
    EXPIRY_POLLED_WHILE_A_RENEWAL_WAITS(new Edit(
            Edit.DEADLINES,
            "if (is(slot, PINNED | REVOKE_PROPOSED | EXPIRY_PROPOSED)) {",
            "if (is(slot, REVOKE_PROPOSED | EXPIRY_PROPOSED)) {"));

    @SuppressWarnings("ImmutableEnumChecker") // List.of, never changed.
    private final List<Edit> edits;

    PlantedBug(Edit... edits) {
        this.edits = List.of(edits);
    }

    List<Edit> edits() {
        return edits;
    }

    /** In the file of that class, {@code from}, which is there once, becomes {@code to}. */
    record Edit(String type, String from, String to) {
        private static final String RENEWALS = "server:io.leasehold.server.replica.lease.Renewals";
        private static final String KEEPER = "server:io.leasehold.server.replica.lease.LeaseKeeper";
        private static final String ENDINGS = "server:io.leasehold.server.replica.lease.Endings";
        private static final String REVOKE_MARKS = "server:io.leasehold.server.replica.lease.RevokeMarks";
        private static final String DEADLINES = "lease:io.leasehold.lease.LeaseDeadlines";
        private static final String CLOCK = "lease:io.leasehold.lease.LeaseClock";
        private static final String TABLE = "lease:io.leasehold.lease.LeaseTable";
        private static final String LEASE_CHANGES = "statemachine:io.leasehold.statemachine.LeaseChanges";
        private static final String RAFT = "simulation:io.leasehold.simulation.RaftMember";
    }
}
