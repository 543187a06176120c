package io.leasehold.server.replica;

import io.leasehold.raft.PeerNetwork;
import io.leasehold.raft.ReplicatedLog;
import io.leasehold.statemachine.Member;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who leads when a leader stops. */
final class Succession {
    private static final Logger LOGGER = LoggerFactory.getLogger(Succession.class);

    private Succession() {}

    /** A leader that stops lets another voter lead on first: otherwise nobody would for an election timeout. */
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
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }
}
