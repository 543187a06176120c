package io.leasehold.cli.local;

import io.leasehold.cli.terminal.Screen.Style;
import io.leasehold.protocol.etcdserverpb.StatusResponse;
import java.util.Optional;

/** How a member is. */
enum Condition {
    STARTING("starting", "◌"),
    LEADER("leader", "★"),
    FOLLOWER("follower", "●"),
    LEARNER("learner", "○"),
    WITHOUT_LEADER("no leader", "◐"),
    SILENT("no answer", "?"),
    STOPPING("stopping", "◑"),
    STOPPED("stopped", "■"),
    KILLED("killed", "✗"),
    ENDED("ended", "✗");

    private final String words;
    private final String sign;

    Condition(String words, String sign) {
        this.words = words;
        this.sign = sign;
    }

    /** In a word or two. */
    String words() {
        return words;
    }

    /** In one character. */
    String sign() {
        return sign;
    }

    /** Whether its process is there. */
    boolean isRunning() {
        return switch (this) {
            case STARTING, LEADER, FOLLOWER, LEARNER, WITHOUT_LEADER, SILENT, STOPPING -> true;
            case STOPPED, KILLED, ENDED -> false;
        };
    }

    /** Whether it answers and there is a leader. */
    boolean isServing() {
        return this == LEADER || this == FOLLOWER || this == LEARNER;
    }

    String in(Style style, String text) {
        return switch (this) {
            case LEADER -> style.bold(style.green(text));
            case FOLLOWER, LEARNER -> style.green(text);
            case STARTING, WITHOUT_LEADER, SILENT, STOPPING -> style.yellow(text);
            case STOPPED -> style.dim(text);
            case KILLED, ENDED -> style.red(text);
        };
    }

    /**
     * How a member is whose process runs.
     *
     * @param last what it said of itself last, since it was started
     * @param recent whether that was a moment ago
     */
    static Condition running(Optional<StatusResponse> last, boolean recent) {
        if (last.isEmpty()) {
            return STARTING;
        }
        StatusResponse status = last.get();
        if (!recent) {
            return SILENT;
        } else if (status.getLeader() == 0) {
            return WITHOUT_LEADER;
        } else if (status.getLeader() == status.getHeader().getMemberId()) {
            return LEADER;
        }
        return status.getIsLearner() ? LEARNER : FOLLOWER;
    }
}
