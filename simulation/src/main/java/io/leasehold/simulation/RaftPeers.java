package io.leasehold.simulation;

/** The way from a member's log to the others. */
interface RaftPeers {
    /** How many members there may be; their numbers are smaller. */
    int count();

    Conditions conditions();

    /** A message of the log; it may get lost. */
    void send(int from, int to, RaftMessage message);

    /** A message of the stream between members; false if it is known not to arrive. */
    boolean say(int from, int to, byte[] message);

    /** Up to where no member will ask for entries; where members fetch states that is no limit. */
    long slowestIndex();
}
