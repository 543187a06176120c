package io.leasehold.lease.leasehttp;

import java.io.IOException;

/** The member asked lags behind its log and could not tell in time (408). Worth asking again, or another member. */
public final class LeaseHttpTimeoutException extends IOException {
    private static final long serialVersionUID = 1;

    LeaseHttpTimeoutException(String text) {
        super(text);
    }
}
