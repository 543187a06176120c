package io.leasehold.raft.ratis;

/**
 * Numbers of entries: Ratis counts from 0 and says -1 for "none", the seam counts from 1 and says 0. Every index crosses
 * over here and nowhere else.
 */
final class LogIndex {

    private LogIndex() {}

    static long fromRatis(long ratisIndex) {
        return ratisIndex + 1;
    }

    static long toRatis(long index) {
        return index - 1;
    }
}
