package io.leasehold.raft;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Who takes part in the log. The caller's own table of members leads; the log follows it, one step at a time, on whichever
 * member leads. A member is taken in when it is first heard: as one who only listens, and with a vote when it has caught
 * up, if it is to have one.
 */
public interface LogMembership {

    /** For a log whose members never change. */
    LogMembership FIXED = new LogMembership() {
        @Override
        public void follow(List<LogMember> members) {
            // There is nothing to follow.
        }

        @Override
        public boolean takesPart() {
            return true;
        }

        @Override
        public boolean isLevel(long memberId) {
            return true;
        }

        @Override
        public void transferTo(long memberId, Duration limit, Consumer<Boolean> listener) {
            listener.accept(false);
        }
    };

    /**
     * One member as the caller's table has it.
     *
     * @param addresses where it is reached, each as {@code host:port}
     * @param learner whether it has no vote
     */
    record LogMember(long memberId, List<String> addresses, boolean learner) {
        /** Copies the addresses. */
        public LogMember {
            addresses = List.copyOf(addresses);
        }
    }

    /** The table as it is now; called on every member whenever it has changed. Any thread. */
    void follow(List<LogMember> members);

    /** Whether this member is one of those who take part, as far as it knows. */
    boolean takesPart();

    /** Whether a member has nine tenths of what this one, which leads, has committed: etcd's measure for a new voter. */
    boolean isLevel(long memberId);

    /**
     * Hands leadership over, if this member has it. Meanwhile it takes no proposals, so the limit is to be short.
     *
     * @param limit for how long the other one may take, in milliseconds; more than 0. One that cannot be reached takes it all
     * @param listener hears whether the other one leads, when the limit is over at the latest; on any thread
     */
    void transferTo(long memberId, Duration limit, Consumer<Boolean> listener);
}
