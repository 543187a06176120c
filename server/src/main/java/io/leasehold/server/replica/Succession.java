package io.leasehold.server.replica;

import io.leasehold.raft.LogStatus;
import io.leasehold.raft.PeerNetwork;
import io.leasehold.raft.ReplicatedLog;
import io.leasehold.statemachine.Member;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

    private Succession() {}

    /**
     * A leader that stops lets another voter lead on first: otherwise nobody would for an election timeout. It stays until the
     * other one has had its first entry committed, which may take this member's consent while a third one is slow. Waits an
     * election timeout and a second at most.
     */
    static void handOver(ReplicatedLog log, List<Member> members, ReplicaSettings settings) {
        if (!log.status().isLeader()) {
            return;
        }
        Map<Long, PeerNetwork.Contact> contacts = log.network().contacts();
        members.stream()
                .filter(member -> member.id() != settings.memberId() && !member.learner())
                .filter(member -> contacts.getOrDefault(member.id(), PeerNetwork.Contact.NONE)
                        .isConnected())
                .max(Comparator.comparingLong(member -> contacts.getOrDefault(member.id(), PeerNetwork.Contact.NONE)
                        .connectedMillis()))
                .ifPresent(successor -> {
                    CountDownLatch handedOver = new CountDownLatch(1);
                    log.membership().transferTo(successor.id(), done -> handedOver.countDown());
                    try {
                        if (!handedOver.await(settings.electionTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
                            LOGGER.warn("leadership could not be handed over in time");
                        }
                        awaitCommitted(log, log.status().lastIndex() + 1);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
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
