package io.leasehold.cli.local;

/** What was asked for cannot be done; the message says why, and what to do instead. */
final class ClusterRefusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    ClusterRefusal(String message) {
        super(message);
    }
}
