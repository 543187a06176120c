package io.leasehold.raft;

import org.jspecify.annotations.Nullable;

/** The peer address cannot be listened on: taken by another process, or not an address of this machine. */
public final class PeerPortException extends LogStartException {

    /** The message names host and port. */
    public PeerPortException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
