package io.leasehold.raft;

import org.jspecify.annotations.Nullable;

/** The log could not be started; the message says why, and what to do where there is something to do. */
public class LogStartException extends RuntimeException {

    /** A failure with or without a cause. */
    public LogStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
