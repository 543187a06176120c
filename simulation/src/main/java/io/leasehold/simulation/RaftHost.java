package io.leasehold.simulation;

/** The process a log lives in. */
interface RaftHost {
    /** Does something when the process runs, unless it has crashed by then. */
    void whenRunning(long afterNanos, Runnable action);

    /** The commit index grew to this: for the observer. */
    void committed(long index, LogDisk.Entry entry);

    /** How much longer than usual the disk takes now. */
    long diskDelayNanos();

    /** Whether nothing can be written to the disk now. */
    boolean diskIsFull();

    /** The others say that this member is none of theirs: the process ends. */
    void unknown();

    void trace(String what);
}
