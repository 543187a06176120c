package io.leasehold.server.replica;

/**
 * Bounds of the way into the log.
 *
 * @param waitingCommands foreground commands that may wait before the next is refused as one too many; etcd allows
 *     5,000 entries between commit and apply
 * @param entryCommands commands in one entry
 * @param entryBytes bytes in one entry, passed only by a single command that is larger by itself
 * @param entriesInFlight entries the log works on at once: one on a single member, where waiting makes bigger batches
 * @param timeoutNanos how long a command waits for its outcome; etcd: 5 s + 2 election timeouts
 */
record ProposerLimits(int waitingCommands, int entryCommands, int entryBytes, int entriesInFlight, long timeoutNanos) {
    /** The bounds for a member with that election timeout. */
    static ProposerLimits forElectionTimeout(long electionTimeoutNanos) {
        return new ProposerLimits(8_192, 512, 1 << 20, 1, 5_000_000_000L + 2 * electionTimeoutNanos);
    }
}
