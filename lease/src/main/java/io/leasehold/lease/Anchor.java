package io.leasehold.lease;

/**
 * What the log last said about the time a lease has left. An uncleared anchor proves that no renewal was acknowledged
 * behind it in the log; a cleared one proves nothing, and the next leader's marker replaces it.
 *
 * @param kind which entry set it
 * @param leftMillis what was left when that entry was proposed, in milliseconds, rounded up; never negative
 * @param cleared whether a renewal was acknowledged since
 */
public record Anchor(Kind kind, long leftMillis, boolean cleared) {
    /** The entries that anchor a lease. */
    public enum Kind {
        /** The grant itself: the whole TTL is left. */
        GRANT(0),
        /** A leader's checkpoint of a lease that is not being renewed. */
        CHECKPOINT(1),
        /** The first entry of a new leader, for leases whose anchor was cleared: the whole TTL, once. */
        MARKER(2);

        private static final Kind[] BY_NUMBER = {GRANT, CHECKPOINT, MARKER};

        /** What stands for it in stored form. */
        private final int number;

        Kind(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }

        /** The kind of that number; IndexOutOfBoundsException when there is none. */
        static Kind of(int number) {
            return BY_NUMBER[number];
        }
    }

    /** Refuses a negative remainder: a bug of the caller. */
    public Anchor {
        if (leftMillis < 0) {
            throw new IllegalArgumentException("an anchor with " + leftMillis + " ms left");
        }
    }
}
