package io.leasehold.simulation;

import java.util.EnumMap;
import java.util.Map;

/**
 * How rough a world is. What is set here is the general mix; a {@link Scenario} that is after one kind of trouble changes
 * some of it before the world begins, nobody does later.
 */
final class Conditions {
    /** 0: by the seed, 1, 3 or 5. */
    int members;

    int faultySeconds = 30;
    /** Pause between two faults, half of it on average. */
    int faultPauseMaxMillis = 2_500;
    /** How often each fault is drawn. */
    final Map<Fault, Integer> faults = new EnumMap<>(Map.of(
            Fault.CUT_OFF, 2,
            Fault.CUT_OUTWARDS, 2,
            Fault.CUT_INWARDS, 2,
            Fault.SLOW_INWARDS, 1,
            Fault.CRASH, 3,
            Fault.STALL, 2,
            Fault.SLOW_DISK, 1,
            Fault.DEPOSE, 2,
            Fault.HAND_ON, 1));

    int stallMaxMillis = 9_000;
    int downMaxMillis = 4_000;
    /** A slow disk: how much longer it takes, at most. */
    int slowDiskMaxMillis = 1_500;

    /** A full disk: for how long, at most. */
    int fullDiskMaxMillis = 8_000;

    int cutMaxMillis = 6_000;
    int slowInwardsMillis = 1_900;

    /** Network: one way, at most; mostly a twentieth of it. */
    int messageDelayMaxMillis = 250;

    /** The engine: refusals for want of room, time to force, and how late it says that a reign is over. */
    int overloadedOneIn = 40;

    int forceMinMillis;
    int forceMaxMillis = 60;
    int leaderLostMaxMillis = 3_000;
    /** Log entries between two checkpoints. */
    int checkpointEntries = 60;
    /** Whether the log keeps what some member has not applied; otherwise members fetch states. */
    boolean logKeptForAll;

    /** Owners' threads that get no processor for a while. */
    int applierPauseOneIn = 400;

    int applierPauseMaxMillis = 800;
    int proposerPauseOneIn = 600;
    int proposerPauseMaxMillis = 600;
    int keeperPauseOneIn = 80;
    /** How often the keeper's thread is held up between its two readings of the clock. */
    int keeperHeldUpOneIn = 3;

    int ttlMinMillis = 1_000;
    int ttlMaxMillis = 7_000;
    /** What a holder of a lease does next, in percent; the rest are renewals. */
    int grantPercent = 30;

    int revokePercent = 5;
    /** Revoke and grant of the same id, one right behind the other. */
    int regrantPercent = 5;
    /** Pause of a holder between two things he does; one in six is another kind of pause, from none to a long one. */
    int holderPauseMinMillis = 200;

    int holderPauseMaxMillis = 1_400;
    int longPauseMaxMillis = 9_000;
    /** If positive, pauses are instead this part of the TTL in percent, six more or less. */
    int pauseOfTtlPercent;
    /** Pause between two uses of keys. */
    int keyPauseMaxMillis = 400;
    /** Members that may be added besides those of the beginning; 0: nobody comes or goes. */
    int newcomersMax;
    /** Pause between two changes of members, half of it on average. */
    int memberChangePauseMaxMillis = 3_000;
    /** Whether history is forgotten now and then. */
    boolean compactions = true;

    /** Whether members come and go. */
    boolean membersChange() {
        return newcomersMax > 0;
    }

    /** Sets how often a fault is drawn. */
    void weigh(Fault fault, int weight) {
        faults.put(fault, weight);
    }

    /** No faults but these, equally often. */
    void only(Fault... some) {
        faults.clear();
        for (Fault fault : some) {
            faults.put(fault, 1);
        }
    }

    Fault draw(Agenda agenda) {
        int dice = agenda.random.nextInt(
                faults.values().stream().mapToInt(Integer::intValue).sum());
        for (Map.Entry<Fault, Integer> fault : faults.entrySet()) {
            dice -= fault.getValue();
            if (dice < 0) {
                return fault.getKey();
            }
        }
        throw new IllegalStateException("no faults");
    }
}
