package io.leasehold.raft;

/** The log does not join on to the caller's durable state: entries between the two are missing. */
public final class LogGapException extends LogStartException {

    private final long appliedIndex;

    /**
     * A gap behind the applied state.
     *
     * @param appliedIndex the last entry in the durable state
     * @param message which entries are missing, and what to do
     */
    public LogGapException(long appliedIndex, String message) {
        super(message, null);
        this.appliedIndex = appliedIndex;
    }

    /** The last entry in the durable state. */
    public long appliedIndex() {
        return appliedIndex;
    }
}
