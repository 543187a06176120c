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

    /** The longest rest when changes are few: what an event may be late by it, with 500 watchers or more. */
    static final long REST_NANOS_MAX = 2_000_000;

    /** The longest rest when changes crowd: what each of them may be late, while all watchers get more of them. */
    static final long CROWDED_REST_NANOS_MAX = 10_000_000;

    /** As many changes in one response make what it costs beside them small. */
    static final int CHANGES_WANTED = 64;

    /** Fewer responses than these are made in less time than a thread takes to fall asleep. */
    static final int RESPONSES_MIN = 32;

    private int lastResponses;
    /** Whether many responses have been sent since the last rest. */
    private boolean tired;

    private long restedFromNanos;
    private long restedFromRevision;
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

    /** So many responses have been sent since the last call. */
    void sent(int responses) {
        if (responses > 0) {
            lastResponses = responses;
            tired |= responses >= RESPONSES_MIN;
        }
    }

    /** Nothing waits to be sent: with this begins a rest, if many have been told of something since the last one. */
    void allSent(long servedRevision, long nowNanos) {
        if (tired) {
            restsUntilNanos = nowNanos + nextRestNanos(servedRevision, nowNanos);
            restedFromNanos = nowNanos;
            restedFromRevision = servedRevision;
            tired = false;
            resting = true;
        }
    }

    /** As long as making the responses takes; longer when several changes would come in that time, as they came of late. */
    private long nextRestNanos(long servedRevision, long nowNanos) {
        long restNanos = Math.min(REST_NANOS_MAX, lastResponses * NANOS_PER_RESPONSE);
        long changes = servedRevision - restedFromRevision;
        long changeNanos = (nowNanos - restedFromNanos) / Math.max(1, changes);
        if (changeNanos > restNanos / 2) {
            return restNanos;
        }
        return Math.clamp(CHANGES_WANTED * changeNanos, restNanos, CROWDED_REST_NANOS_MAX);
    }

    /** How long it rests from now on; 0 when it does not. */
    long restNanos(long nowNanos) {
        return resting ? Math.max(0, restsUntilNanos - nowNanos) : 0;
    }
}
