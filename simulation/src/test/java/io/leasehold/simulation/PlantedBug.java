package io.leasehold.simulation;

import java.util.List;

/**
 * A rule of leases, states or members broken on purpose, as an edit of the real sources: a test compiles the edited files and runs the
 * simulation on them, so that production code needs no switch for it.
 */
enum PlantedBug {
    ACKNOWLEDGED_BEFORE_CONFIRM(
            Scenario.MIXED,
            "P1|P2",
            new Edit(
                    Edit.RENEWALS,
                    "stamped.add(new WaitingRenewal(leaseId, listener, stampNanos));",
                    "WaitingRenewal early = new WaitingRenewal(leaseId, listener, stampNanos);"
                            + " if (deadlines.contains(leaseId)) { lookUp(early); } else { stamped.add(early); }")),
    CLEAR_NOT_WAITED_FOR(
            Scenario.LATE_RENEWALS,
            "P1",
            new Edit(
                    Edit.RENEWALS,
                    "waitFor(newClear(renewal.leaseId), renewal);",
                    "{ newClear(renewal.leaseId); "
                            + "answer(renewal, new LeaseRenewal.Renewed(deadlines.ttlMillis(renewal.leaseId))); }")),
    NOT_FOUND_WITHOUT_WAITING(
            Scenario.SLOW_APPLIER, "P2", new Edit(Edit.RENEWALS, "if (renewal.appliedFar) {", "if (true) {")),
    ADVANCE_THEN_TAKE(
            Scenario.HELD_UP_KEEPER,
            "P1",
            new Edit(Edit.KEEPER, "long stampNanos = clock.advance(ticker.nanos());", "long stampNanos = firstNanos;")),
    EXPIRED_LEASE_REVIVED(
            Scenario.SLOW_APPLIER,
            "P1|P2",
            new Edit(
                    Edit.DEADLINES,
                    "LeaseSlots.REVOKE_PROPOSED | LeaseSlots.EXPIRY_PROPOSED",
                    "LeaseSlots.REVOKE_PROPOSED")),
    CHECKPOINT_MARKED_WHEN_APPLIED(
            Scenario.RENEWED_AT_CHECKPOINTS,
            "P1",
            new Edit(Edit.DEADLINES, "slots.mark(slot, LeaseSlots.ANCHORED, true);\n        sink", "sink"),
            new Edit(
                    Edit.ENDINGS,
                    "checkpointsRefused.addAll(leases);",
                    "checkpointsRefused.addAll(leases); } else {"
                            + " leases.forEach(l -> deadlines.clearRefused(l.id(), l.grantIndex())); } if (!applied) {")),
    REFUSED_CHECKPOINT_SENT_AGAIN(
            Scenario.LATE_RENEWALS,
            "P1",
            new Edit(
                    Edit.ENDINGS,
                    "for (Remaining lease : checkpointsRefused) {",
                    "if (!checkpointsRefused.isEmpty()) { proposeCheckpoint(checkpointsRefused); }"
                            + " for (Remaining lease : List.<Remaining>of()) {")),
    NO_REVOKE_MARK(
            Scenario.SLOW_APPLIER,
            "P1|P2",
            new Edit(Edit.REVOKE_MARKS, "underWay.merge(leaseId, 1, Integer::sum);", "")),
    NO_TERM_FENCE(
            Scenario.TURNS_AT_LEADING,
            "P1|P2",
            new Edit(Edit.LEASE_CHANGES, "if (expire.term() != term) {", "if (term < 0) {"),
            new Edit(Edit.LEASE_CHANGES, "if (checkpoint.term() != term) {", "if (term < 0) {"),
            new Edit(Edit.LEASE_CHANGES, "if (clear.term() != term) {", "if (term < 0) {")),
    CONFIRM_JOINED_BY_LATER_REQUESTS(
            Scenario.STALE_LEADERS,
            "keys|P1|P2",
            new Edit(
                    Edit.GUARD,
                    "waiting.add(listener);",
                    "if (round != null) { round.listeners.add(listener); return; } waiting.add(listener);")),
    NO_GRANT_INDEX(
            Scenario.REGRANTS,
            "P1|P2",
            new Edit(
                    Edit.LEASE_CHANGES,
                    "end(lease, LeaseChange.Cause.EXPIRED);",
                    "end(new Incarnation(lease.id(), leases.lease(lease.id()).get().grantIndex()),"
                            + " LeaseChange.Cause.EXPIRED);"),
            new Edit(
                    Edit.TABLE,
                    "slot != SlotMap.ABSENT && page(slot).grantIndex.get(slot & LeasePage.SLOT_MASK) == grantIndex",
                    "slot != SlotMap.ABSENT")),
    ANCHOR_TIME_TAKEN_AT_PROMOTION(
            Scenario.NO_LASTING_LEADER,
            "P4",
            new Edit(Edit.PROMOTION, "lease.anchorNanos(), millisToNanos(", "nowNanos, millisToNanos(")),
    GRACE_ANEW_AT_EACH_PROMOTION(
            Scenario.NO_LASTING_LEADER,
            "P4",
            new Edit(
                    Edit.PROMOTION,
                    "Math.min(LeaseDeadlines.plus(nowNanos, grace), LeaseDeadlines.plus(end, grace + leaderlessNanos))",
                    "LeaseDeadlines.plus(nowNanos, grace)")),
    NO_STALL_CLOCK(
            Scenario.ONE_MEMBER, "P5", new Edit(Edit.CLOCK, "gapNanos > STALL_NANOS", "gapNanos > Long.MAX_VALUE - 1")),
    EXPIRY_POLLED_WHILE_A_RENEWAL_WAITS(
            Scenario.SLOW_NETWORK,
            "P5",
            new Edit(
                    Edit.SLOTS,
                    "if (is(slot, PINNED | REVOKE_PROPOSED | EXPIRY_PROPOSED)) {",
                    "if (is(slot, REVOKE_PROPOSED | EXPIRY_PROPOSED)) {")),
    FETCHED_STATE_BESIDE_THE_OLD_LOG(
            Scenario.LEFT_BEHIND,
            "log",
            new Edit(Edit.FETCHED_STATE, "log.forget(StateMachine", "java.util.Objects.requireNonNull(StateMachine")),
    FETCHED_STATE_NOT_FORCED(
            Scenario.LEFT_BEHIND,
            "the store is damaged|.*manifest.*",
            new Edit(Edit.STATE_FETCH, "open.force(true);", ""),
            new Edit(Edit.RECEIVED_STATE, "checked.force(head.store());", ""),
            new Edit(Edit.RECEIVED_STATE, "        forceFiles(segments);", "")),
    FETCHED_STATE_COMPLETE_BEFORE_IT_IS_CHECKED(
            Scenario.LEFT_BEHIND,
            "this is the state of member.*|the store is damaged|.*manifest.*",
            new Edit(
                    Edit.FETCHED_STATE,
                    "CheckpointMark mark = ReceivedState",
                    "Files.createFile(fetched.resolve(COMPLETE)); forceNames(fetched); forceNames(fetched.getParent());"
                            + " CheckpointMark mark = ReceivedState"),
            new Edit(Edit.FETCHED_STATE, "        Files.createFile(fetched.resolve(COMPLETE));\n", "")),
    LEARNER_MADE_A_VOTER(
            Scenario.MEMBERS_COME_AND_GO,
            "members",
            new Edit(Edit.MEMBERSHIP_STEPS, "if (!member.learner() && knows.test(id)) {", "if (knows.test(id)) {")),
    REMOVED_VOTER_LEFT_IN_THE_LOG(
            Scenario.MEMBERS_COME_AND_GO,
            "members|P3|P4",
            new Edit(Edit.MEMBERSHIP_STEPS, "if (!wanted.containsKey(id) && id != leader) {", "if (id == 0) {")),
    NEWCOMER_VOTES_BEFORE_IT_KNOWS(
            Scenario.MEMBERS_COME_AND_GO,
            "members|P3|P4",
            new Edit(Edit.MEMBERSHIP_STEPS, "if (!member.learner() && knows.test(id)) {", "if (!member.learner()) {"));

    @SuppressWarnings("ImmutableEnumChecker") // List.of, never changed.
    private final List<Edit> edits;

    private final Scenario scenario;
    private final String promises;

    PlantedBug(Scenario scenario, String promises, Edit... edits) {
        this.scenario = scenario;
        this.promises = promises;
        this.edits = List.of(edits);
    }

    /** The kind of world in which it comes to light soon. */
    Scenario scenario() {
        return scenario;
    }

    /** What is told of it, as a regular expression: mostly the promise it breaks, or several. */
    String promises() {
        return promises;
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
        private static final String PROMOTION = "lease:io.leasehold.lease.LeasePromotion";
        private static final String SLOTS = "lease:io.leasehold.lease.LeaseSlots";
        private static final String CLOCK = "lease:io.leasehold.lease.LeaseClock";
        private static final String TABLE = "lease:io.leasehold.lease.LeaseTable";
        private static final String LEASE_CHANGES = "statemachine:io.leasehold.statemachine.LeaseChanges";
        private static final String FETCHED_STATE = "server:io.leasehold.server.replica.FetchedState";
        private static final String STATE_FETCH = "server:io.leasehold.server.replica.StateFetch";
        private static final String RECEIVED_STATE = "statemachine:io.leasehold.statemachine.ReceivedState";
        private static final String MEMBERSHIP_STEPS = "raft:io.leasehold.raft.MembershipSteps";
        private static final String GUARD = "raft:io.leasehold.raft.QuorumGuard";
    }
}
