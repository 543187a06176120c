package io.leasehold.server.rpc;

import io.leasehold.protocol.ErrorCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What became of calls of MemberPromote since the process started, for metrics. Any thread. */
public final class Promotions {
    private final LongAdder done = new LongAdder();
    private final Map<ErrorCode, Long> refused = new EnumMap<>(ErrorCode.class);

    Promotions() {}

    /** A learner has become a voter. */
    void succeeded() {
        done.increment();
    }

    /** It was refused. Another member is asked when this one does not lead, so that is no failure. */
    void refused(ErrorCode code) {
        if (code != ErrorCode.NOT_LEADER) {
            synchronized (refused) {
                refused.merge(code, 1L, Long::sum);
            }
        }
    }

    /** Learners that became voters. */
    public long successes() {
        return done.sum();
    }

    /** How often each reason was given. */
    public Map<ErrorCode, Long> failures() {
        synchronized (refused) {
            return Map.copyOf(refused);
        }
    }
}
