package io.leasehold.simulation;

/** A promise was not kept, or a member failed: what a simulation looks for. */
public final class PromiseBroken extends AssertionError {
    private final String promise;

    /** The {@code promise} in a word or two, and what was seen. */
    public PromiseBroken(String promise, String seen) {
        super(promise + ": " + seen);
        this.promise = promise;
    }

    /** A member could not go on. */
    public PromiseBroken(String promise, Throwable cause) {
        super(promise + ": " + cause, cause);
        this.promise = promise;
    }

    /** Which promise it was. */
    public String promise() {
        return promise;
    }
}
