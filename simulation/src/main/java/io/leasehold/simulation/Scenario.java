package io.leasehold.simulation;

import java.util.function.Consumer;

/**
 * Kinds of worlds. A seed can be run in each; by itself it runs in the one whose turn it is. All promises are checked in
 * all of them: a scenario only makes some kind of trouble likely that the general mix has seldom.
 */
public enum Scenario {
    /** A little of everything. */
    MIXED(conditions -> {}),

    /** Owners of state lag behind what is committed. */
    SLOW_APPLIER(c -> {
        c.applierPauseOneIn = 8;
        c.revokePercent = 12;
        c.keyPauseMaxMillis = 1_000;
    }),

    /** Long leases, renewed late or given up, an engine that is slow and refuses, and leaders that change often. */
    LATE_RENEWALS(c -> {
        c.only(Fault.DEPOSE, Fault.HAND_ON, Fault.CUT_OFF);
        c.faultPauseMaxMillis = 8_000;
        c.faultySeconds = 50;
        c.ttlMinMillis = 6_000;
        c.ttlMaxMillis = 14_000;
        c.pauseOfTtlPercent = 45;
        c.longPauseMaxMillis = 25_000;
        c.grantPercent = 30;
        c.revokePercent = 0;
        c.regrantPercent = 0;
        c.overloadedOneIn = 2;
        c.forceMaxMillis = 600;
        c.keyPauseMaxMillis = 2_000;
    }),

    /** Renewals meet the checkpoints of their leases, on their way into a slow log. */
    RENEWED_AT_CHECKPOINTS(c -> {
        c.only(Fault.DEPOSE, Fault.HAND_ON);
        c.faultPauseMaxMillis = 9_000;
        c.faultySeconds = 50;
        c.ttlMinMillis = 8_000;
        c.ttlMaxMillis = 16_000;
        c.pauseOfTtlPercent = 42;
        c.longPauseMaxMillis = 20_000;
        c.grantPercent = 35;
        c.revokePercent = 0;
        c.regrantPercent = 0;
        c.forceMinMillis = 400;
        c.forceMaxMillis = 800;
        c.keyPauseMaxMillis = 2_000;
    }),

    /** The keeper's thread is held up where it hurts. */
    HELD_UP_KEEPER(c -> {
        c.keeperPauseOneIn = 3;
        c.keeperHeldUpOneIn = 1;
        c.ttlMaxMillis = 2_500;
        c.faultPauseMaxMillis = 10_000;
        c.keyPauseMaxMillis = 2_000;
    }),

    /** The same members lead again and again, and proposers sit on old commands. */
    TURNS_AT_LEADING(c -> {
        c.members = 3;
        c.weigh(Fault.HAND_ON, 12);
        c.weigh(Fault.DEPOSE, 4);
        c.faultPauseMaxMillis = 1_800;
        c.proposerPauseOneIn = 4;
        c.proposerPauseMaxMillis = 2_500;
        c.ttlMaxMillis = 3_000;
        c.keyPauseMaxMillis = 2_000;
    }),

    /** Rounds take about as long as leases have left. */
    SLOW_NETWORK(c -> {
        c.messageDelayMaxMillis = 900;
        c.ttlMaxMillis = 3_000;
        c.faultPauseMaxMillis = 10_000;
        c.keyPauseMaxMillis = 2_000;
    }),

    /** Leaders that hear late that they are none. */
    STALE_LEADERS(c -> {
        c.only(Fault.SLOW_INWARDS);
        c.faultPauseMaxMillis = 9_000;
        c.keyPauseMaxMillis = 100;
        c.messageDelayMaxMillis = 60;
    }),

    /** Ids revoked and granted anew while their end is on its way into a log that refuses. */
    REGRANTS(c -> {
        c.regrantPercent = 55;
        c.ttlMaxMillis = 2_500;
        // About when they end: a request and its entry take a twentieth of that.
        c.pauseOfTtlPercent = 106;
        c.overloadedOneIn = 2;
        c.forceMinMillis = 60;
        c.applierPauseOneIn = 50;
        c.faultPauseMaxMillis = 8_000;
        c.keyPauseMaxMillis = 2_000;
    }),

    /** Alone, stalled and killed. */
    ONE_MEMBER(c -> {
        c.members = 1;
        c.only(Fault.STALL, Fault.CRASH, Fault.DEPOSE);
        c.weigh(Fault.STALL, 3);
        c.stallMaxMillis = 3_000;
        c.downMaxMillis = 1_500;
        c.ttlMaxMillis = 4_000;
    }),

    /** Members that were away so long, and so often, that the log has forgotten what they lack. */
    LEFT_BEHIND(c -> {
        c.weigh(Fault.CRASH, 6);
        c.weigh(Fault.STALL, 4);
        c.weigh(Fault.CUT_OFF, 6);
        c.faultPauseMaxMillis = 1_800;
        c.downMaxMillis = 9_000;
        c.cutMaxMillis = 9_000;
        c.checkpointEntries = 6;
        c.keyPauseMaxMillis = 120;
    }),

    /** Members are added, as learners too, promoted, removed and replaced, whoever is down or leads. */
    MEMBERS_COME_AND_GO(c -> {
        c.newcomersMax = 8;
        c.checkpointEntries = 20;
        c.faultPauseMaxMillis = 3_000;
        c.faultySeconds = 40;
        c.keyPauseMaxMillis = 200;
    }),

    /** The leader changes every 0.3 TTL, until all leases have ended; no restarts, no losses. */
    NO_LASTING_LEADER(c -> {
        c.faults.clear();
        c.ttlMinMillis = 5_000;
        c.ttlMaxMillis = 5_000;
    }),

    /** Disks without room, mostly the leader's, and states that have to be fetched into what is left. */
    FULL_DISKS(c -> {
        c.weigh(Fault.FULL_DISK, 12);
        c.weigh(Fault.CRASH, 4);
        c.faultPauseMaxMillis = 3_000;
        c.checkpointEntries = 10;
        c.keyPauseMaxMillis = 120;
    });

    @SuppressWarnings("ImmutableEnumChecker") // A function without state.
    private final Consumer<Conditions> change;

    Scenario(Consumer<Conditions> change) {
        this.change = change;
    }

    /** The one whose turn it is with that seed; full disks have every second turn of the last one before them. */
    public static Scenario of(long seed) {
        Scenario[] all = values();
        int others = all.length - 1;
        return Math.floorMod(seed, 2 * others) == 2 * others - 1 ? FULL_DISKS : all[Math.floorMod(seed, others)];
    }

    Conditions conditions() {
        Conditions conditions = new Conditions();
        change.accept(conditions);
        return conditions;
    }
}
