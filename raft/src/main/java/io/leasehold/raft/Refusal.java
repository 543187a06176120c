package io.leasehold.raft;

/** Why a proposal got no place in the log, or why nobody can tell whether it did. */
public enum Refusal {
    /** This member did not lead; the entry was never written. */
    NOT_LEADER(false),
    /** This member stopped leading while the entry was under way: it may be committed by the next leader. */
    LEADER_CHANGED(true),
    /** The engine's queue was full; the entry was never written. */
    OVERLOADED(false),
    /** The entry is longer than the log takes; it was never written. */
    TOO_LARGE(false),
    /** The log was closed while the entry was under way: it may be found committed at the next start. */
    STOPPED(true),
    /** The engine failed; {@link LogListener#failed} tells more. The entry may be found committed at the next start. */
    FAILED(true);

    private final boolean outcomeUnknown;

    Refusal(boolean outcomeUnknown) {
        this.outcomeUnknown = outcomeUnknown;
    }

    /** Whether the entry may be committed all the same; such a proposal must not be repeated silently. */
    public boolean outcomeUnknown() {
        return outcomeUnknown;
    }
}
