package io.leasehold.server.watch;

/**
 * Lets changes gather while many watchers are told of the ones before. A response costs some microseconds whether it holds
 * one event or twenty, so when changes come faster than all watchers can be told of each, they are told of several at
 * once, and everybody is told sooner. The first change behind a pause never waits.
 *
 * <p>Owned by the dispatcher's thread, except {@link #isResting}.
 */
final class FanOutPace {
    /** About what making a response and handing it to the transport takes. */
    static final long NANOS_PER_RESPONSE = 4_000;

    /** The longest rest: what an event may be late by it, with 500 watchers or more. */
    static final long REST_NANOS_MAX = 2_000_000;

    /** Fewer responses than these are made in less time than a thread takes to fall asleep. */
    static final int RESPONSES_MIN = 32;

    private int lastResponses;
    private long restsUntilNanos;
    private volatile boolean resting;

    /** Whether it will look for changes by itself soon, without being woken. Any thread. */
    boolean isResting() {
        return resting;
    }

    /** Whether changes may be taken; if so, whoever brings more has to wake the dispatcher. */
    boolean mayDeliver(long nowNanos) {
        if (restNanos(nowNanos) > 0) {
            return false;
        }
        resting = false;
        return true;
    }

    /** Whether changes that were written one behind the other, and not together, are told of in one response. */
    boolean gathers() {
        return lastResponses >= RESPONSES_MIN;
    }

    /** So many responses have been sent since the last call; with these begins a rest, or none. */
    void delivered(int responses, long nowNanos) {
        if (responses > 0) {
            lastResponses = responses;
        }
        if (responses >= RESPONSES_MIN) {
            restsUntilNanos = nowNanos + Math.min(REST_NANOS_MAX, responses * NANOS_PER_RESPONSE);
            resting = true;
        }
    }

    /** How long it rests from now on; 0 when it does not. */
    long restNanos(long nowNanos) {
        return resting ? Math.max(0, restsUntilNanos - nowNanos) : 0;
    }
}
