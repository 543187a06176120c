package io.leasehold.server.replica.lease;

import io.leasehold.lease.LeaderlessTime;

/**
 * Whether somebody leads who can serve, as far as this member knows: the leader that the engine names, once its marker is
 * applied. A leader without a marker commits nothing and renews nothing, and so leases are spared its time, too: a renewal
 * that waits for it to begin finds its lease. The keeper's thread alone.
 */
final class ServingLeader {
    /** Before this member has seen a reign end: who leads when it starts may have begun to serve long ago. */
    private static final long WHOEVER_IS_NAMED = -1;

    private final LeaderlessTime leaderless;
    /** Whom the engine names; 0 for nobody. */
    private long namedId;
    /** Whose marker was applied last, and in which term; 0 when that reign is known to be over. */
    private long markedId = WHOEVER_IS_NAMED;

    private long markedTerm;

    ServingLeader(LeaderlessTime leaderless) {
        this.leaderless = leaderless;
    }

    /** The engine names another leader; 0 for none. It may do so late, behind the new one's marker. */
    void named(long leaderId, long nowNanos) {
        namedId = leaderId;
        if (leaderId == 0) {
            // Whoever comes next must begin anew, be it the same member.
            markedId = 0;
        }
        note(nowNanos);
    }

    /** The marker of a reign is applied. */
    void marked(long leaderId, long term, long nowNanos) {
        markedId = leaderId;
        markedTerm = term;
        note(nowNanos);
    }

    /** This member leads no more in {@code term} or any before it. */
    void demoted(long term, long nowNanos) {
        if (markedTerm <= term) {
            markedId = 0;
        }
        note(nowNanos);
    }

    private void note(long nowNanos) {
        boolean serves = markedId == namedId || markedId == WHOEVER_IS_NAMED;
        leaderless.leaderKnown(namedId != 0 && serves, nowNanos);
    }
}
