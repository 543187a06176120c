package io.leasehold.server.replica;

import io.leasehold.raft.LogMembership;
import io.leasehold.raft.ReplicatedLog;
import io.leasehold.statemachine.Member;
import io.leasehold.statemachine.StateMachine;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Has the log follow the table of members whenever it has changed, and notices when this member is not in it any more. The
 * Applier's thread.
 */
final class MemberFollower {
    private final StateMachine machine;
    private final ReplicatedLog log;
    private final ReplicaSettings settings;
    private final CompletableFuture<Void> removed = new CompletableFuture<>();
    private List<Member> known = List.of();

    MemberFollower(StateMachine machine, ReplicatedLog log, ReplicaSettings settings) {
        this.machine = machine;
        this.log = log;
        this.settings = settings;
    }

    /** Looks whether the table has changed; costs a comparison when not. */
    void look() {
        List<Member> now = machine.members();
        if (now == known || now.isEmpty()) {
            return;
        }
        known = now;
        log.describe(ClusterDescription.of(settings.clusterId(), now, machine.removedMemberIds())
                .encode());
        log.membership().follow(now.stream().map(MemberFollower::logMember).toList());
        if (now.stream().noneMatch(member -> member.id() == settings.memberId())) {
            removed.complete(null);
        }
    }

    /** Completes when this member was removed from the cluster. */
    CompletableFuture<Void> removed() {
        return removed;
    }

    private static LogMembership.LogMember logMember(Member member) {
        return new LogMembership.LogMember(
                member.id(), member.peerUrls().stream().map(PeerAddress::of).toList(), member.learner());
    }
}
