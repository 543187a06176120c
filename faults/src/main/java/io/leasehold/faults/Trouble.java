package io.leasehold.faults;

/** What can go wrong. The number says how often it is chosen, against those of the others. */
enum Trouble {
    /** kill -9 of the leader. */
    KILL_LEADER(4),
    /** kill -9 of any member. */
    KILL_ONE(2),
    /** kill -9 of all at once, as when the power fails but the disks have it all. */
    KILL_ALL(1),
    /** The leader stands still (SIGSTOP), and goes on believing that it leads. */
    STOP_LEADER(4),
    /** Any member stands still. */
    STOP_ONE(1),
    /** All members but one stand still. */
    STOP_MOST(1),
    /** A member runs only every other moment, as on a starved machine or a slow disk. */
    STUTTER_ONE(2),
    /** SIGTERM to the leader. */
    TERM_LEADER(2),
    /** SIGTERM to any member. */
    TERM_ONE(1),
    /** The leader's connections are cut. */
    CUT_OFF_LEADER(3),
    /** Any member's connections are cut. */
    CUT_OFF_ONE(1),
    /** What the leader sends is held up; it still hears the others. */
    MUTE_LEADER(3),
    /** What is sent to the leader is held up; the others still hear it. */
    DEAFEN_LEADER(3),
    /** The leader is held up in both directions. */
    HOLD_LEADER(3),
    /** The members fall into two parts that do not hear each other. */
    SPLIT(2),
    /** Each link is held up or not, by chance, each direction for itself. */
    TANGLE(2),
    /** All links are slow. */
    DELAY(2),
    /** Leadership is moved to another member, a few times. */
    MOVE_LEADER(2),
    /** A learner comes, is promoted, and another member is removed. */
    REPLACE(2),
    /** The disk of a member is full; its process ends. Only where the program may mount a small one. */
    FILL_DISK(2),
    /** Each force of the leader's files takes a fifth of a second to one and a half. Only where strace may trace it. */
    SLOW_DISK_LEADER(2),
    /** The same with any member. */
    SLOW_DISK_ONE(2);

    private final int weight;

    Trouble(int weight) {
        this.weight = weight;
    }

    int weight() {
        return weight;
    }
}
