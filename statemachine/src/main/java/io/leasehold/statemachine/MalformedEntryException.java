package io.leasehold.statemachine;

import java.io.Serial;

/**
 * A log entry does not hold what {@link EntryCodec} writes: a bug, damage, or an entry of a newer release. The replica
 * must halt; to skip the entry would let it differ from the others.
 */
public final class MalformedEntryException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    MalformedEntryException(String message) {
        super(message);
    }
}
