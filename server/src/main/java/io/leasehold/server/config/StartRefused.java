package io.leasehold.server.config;

/**
 * The server cannot start for a reason that lies in its surroundings: an address in use, a directory that is locked. The
 * message is one line for the person at the terminal: what was tried, what is in the way, what to change.
 */
public class StartRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Refuses with a message and nothing behind it. */
    public StartRefused(String message) {
        super(message);
    }

    /** Refuses with the failure that led to it. */
    public StartRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
