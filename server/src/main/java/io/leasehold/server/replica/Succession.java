package io.leasehold.server.replica;

import io.leasehold.raft.LogStatus;
import io.leasehold.raft.PeerNetwork.Contact;
import io.leasehold.raft.ReplicatedLog;
import io.leasehold.server.loop.Ticker;
import io.leasehold.statemachine.Member;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who leads when a leader stops. */
final class Succession {
    private static final Logger LOGGER = LoggerFactory.getLogger(Succession.class);

    /** Between two looks whether the next leader has begun. */
    private static final Duration LOOK = Duration.ofMillis(2);

    /** For its first entry, which two members force to disk. */
    private static final Duration FIRST_ENTRY_LIMIT = Duration.ofSeconds(1);

    /** The one heard last, since one that has just stopped counts as connected for a while; then etcd's choice. */
    private static final Comparator<Contact> BEST_FIRST = Comparator.comparingLong(Contact::silentMillis)
            .thenComparing(Comparator.comparingLong(Contact::connectedMillis).reversed());

    private Succession() {}

    /**
     * A leader that stops lets another voter lead on first: otherwise nobody would for an election timeout. It stays until the
     * other one has had its first entry committed, which may take this member's consent while a third one is slow. Waits an
     * election timeout and a second at most.
     *
     * @param members all of them, this one and learners too
     */
    static void handOver(ReplicatedLog log, List<Member> members, ReplicaSettings settings, Ticker ticker) {
        if (!log.status().isLeader()) {
            return;
        }
        List<Long> successors = successors(log.network().contacts(), members, settings.memberId());
        try {
            offer(log, successors, settings.electionTimeout(), ticker);
            awaitCommitted(log, log.status().lastIndex() + 1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Other voters that count as connected, the best one first. */
    private static List<Long> successors(Map<Long, Contact> contacts, List<Member> members, long self) {
        return members.stream()
                .filter(member -> member.id() != self && !member.learner())
                .map(Member::id)
                .filter(id -> contacts.getOrDefault(id, Contact.NONE).isConnected())
                .sorted(Comparator.comparing(contacts::get, BEST_FIRST))
                .toList();
    }

    /**
     * Offers leadership to one after the other until one of them takes it. One that is gone takes all the time it is given, so
     * it is given half of what is left while there is another one to ask.
     */
    private static void offer(ReplicatedLog log, List<Long> successors, Duration limit, Ticker ticker)
            throws InterruptedException {
        long deadlineNanos = ticker.nanos() + limit.toNanos();
        for (int asked = 0; asked < successors.size(); asked++) {
            long leftNanos = deadlineNanos - ticker.nanos();
            if (leftNanos <= 0) {
                break;
            }
            boolean last = asked == successors.size() - 1;
            Duration patience = Duration.ofNanos(last ? leftNanos : leftNanos / 2);
            if (takesOver(log, successors.get(asked), patience, leftNanos)
                    || !log.status().isLeader()) {
                return;
            }
        }
        if (!successors.isEmpty()) {
            LOGGER.warn("leadership could not be handed over in time");
        }
    }

    private static boolean takesOver(ReplicatedLog log, long successor, Duration patience, long leftNanos)
            throws InterruptedException {
        CompletableFuture<Boolean> handedOver = new CompletableFuture<>();
        log.membership().transferTo(successor, patience, handedOver::complete);
        try {
            return handedOver.get(leftNanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException unanswered) {
            return false;
        }
    }

    /** Returns at once when this member leads on: then the transfer has failed. */
    private static void awaitCommitted(ReplicatedLog log, long index) throws InterruptedException {
        for (long looks = FIRST_ENTRY_LIMIT.dividedBy(LOOK); looks > 0; looks--) {
            LogStatus now = log.status();
            if (now.isLeader() || now.committedIndex() >= index) {
                return;
            }
            LockSupport.parkNanos(LOOK.toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while leadership moves");
            }
        }
    }
}
