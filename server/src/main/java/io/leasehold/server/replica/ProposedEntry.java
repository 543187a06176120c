package io.leasehold.server.replica;

import java.util.List;

/**
 * The commands of one log entry on the member that proposed it, with those who wait for them.
 *
 * @param proposedNanos when it was handed to the log, on the ticker
 */
record ProposedEntry(List<PendingCommand> commands, long proposedNanos) {}
