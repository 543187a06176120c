package io.leasehold.statemachine;

import java.io.IOException;

/** stub */
@SuppressWarnings("DoNotCallSuggester")
public final class PendingCheckpoint {
    PendingCheckpoint() {}

    /** Makes it durable. */
    public CheckpointMark complete() throws IOException {
        throw new UnsupportedOperationException();
    }
}
