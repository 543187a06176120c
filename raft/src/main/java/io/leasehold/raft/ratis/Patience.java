package io.leasehold.raft.ratis;

import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * For how long a follower hears no leader before it stands. Followers wait for different times, each later one by what an
 * election takes: so they do not split the votes, and the second one stands where the first one cannot win.
 */
final class Patience {

    /** Between two followers in line, in percent of the election timeout: some forces of a disk and round trips. */
    private static final int STEP_PERCENT = 15;
    /** Whoever comes later in a large cluster stands with these: within twice the election timeout somebody must lead. */
    private static final int STEPS_MAX = 4;
    /**
     * An election that nobody won is tried again after a random part of the election timeout. On a busy machine a new leader is
     * heard half a second after it was voted for: whoever stood before that would unseat it.
     */
    private static final int AGAIN_MIN_PERCENT = 70;

    private static final int AGAIN_MAX_PERCENT = 130;

    private final long electionTimeoutMillis;
    private final long memberId;
    private final RandomGenerator random;

    Patience(long electionTimeoutMillis, long memberId, RandomGenerator random) {
        this.electionTimeoutMillis = electionTimeoutMillis;
        this.memberId = memberId;
        this.random = random;
    }

    /**
     * How long to wait from the last sign of a leader.
     *
     * @param voters all who vote, this member and the leader among them
     */
    long withLeaderMillis(long leaderId, Set<Long> voters) {
        long before = voters.stream()
                .filter(voter -> voter != leaderId && Long.compareUnsigned(voter, memberId) < 0)
                .count();
        return percent(100 + STEP_PERCENT * Math.min(before, STEPS_MAX));
    }

    /** How long to wait from the last vote that was given or asked for, when nobody is known to lead; random. */
    long withoutLeaderMillis() {
        return percent(random.nextInt(AGAIN_MIN_PERCENT, AGAIN_MAX_PERCENT));
    }

    private long percent(long percent) {
        return electionTimeoutMillis * percent / 100;
    }
}
