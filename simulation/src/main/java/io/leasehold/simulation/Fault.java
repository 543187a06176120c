package io.leasehold.simulation;

/** What can befall a member or its network. */
enum Fault {
    /** Nothing gets out or in. */
    CUT_OFF,
    /** Nothing gets out. */
    CUT_OUTWARDS,
    /** Nothing gets in. */
    CUT_INWARDS,
    /** What is sent to it takes seconds; a little later nothing gets out any more. */
    SLOW_INWARDS,
    /** The process is killed and started anew: what was not forced is lost or torn. */
    CRASH,
    /** No thread of the process runs: SIGSTOP, a collection, a suspended machine. */
    STALL,
    /** Its disk takes seconds to force anything. */
    SLOW_DISK,
    /** Its disk has no room for a while: the process ends as soon as it needs some, and is started anew until it stays. */
    FULL_DISK,
    /** The leader steps down. */
    DEPOSE,
    /** The leader steps down in favour of another one, or of itself. */
    HAND_ON,
}
