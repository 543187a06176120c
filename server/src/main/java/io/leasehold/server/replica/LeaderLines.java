package io.leasehold.server.replica;

import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells in the log, in the words of etcd's, who leads. Told by one thread. */
final class LeaderLines {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderLines.class);

    private final String member;
    private final LongSupplier term;
    private long leaderId;

    /** Of a member that knows no leader yet; {@code term} is asked for the present one. */
    LeaderLines(long memberId, LongSupplier term) {
        this.member = Long.toHexString(memberId);
        this.term = term;
    }

    /** Another leader is known; 0 for none. */
    void leaderKnown(long newLeaderId) {
        long formerId = leaderId;
        leaderId = newLeaderId;
        line(member, formerId, newLeaderId, term.getAsLong()).ifPresent(LOG::info);
    }

    /** What is to be said when one leader comes behind another; empty for nothing. */
    static Optional<String> line(String member, long formerId, long newLeaderId, long term) {
        if (formerId == newLeaderId) {
            return Optional.empty();
        }
        String former = Long.toHexString(formerId);
        String leader = Long.toHexString(newLeaderId);
        String news;
        if (newLeaderId == 0) {
            news = "lost leader " + former;
        } else if (formerId == 0) {
            news = "elected leader " + leader;
        } else {
            news = "changed leader from " + former + " to " + leader;
        }
        return Optional.of("raft.node: " + member + " " + news + " at term " + term);
    }
}
