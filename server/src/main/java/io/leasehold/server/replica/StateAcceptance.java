package io.leasehold.server.replica;

import io.leasehold.statemachine.CheckpointMark;
import java.io.IOException;
import java.nio.file.Path;

/** Checks a fetched state and makes it this member's own. */
@FunctionalInterface
public interface StateAcceptance {
    /**
     * Checks it and forces it to disk; makes it this member's own unless it ends before {@code leastIndex}.
     *
     * @param leastIndex the last entry in this member's log
     * @return how far it goes
     * @throws RuntimeException if it is damaged
     * @throws IOException if the disk fails
     */
    CheckpointMark accept(Path directory, long leastIndex) throws IOException;
}
