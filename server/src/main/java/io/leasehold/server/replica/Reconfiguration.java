package io.leasehold.server.replica;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.PeerNetwork.Contact;
import io.leasehold.statemachine.Member;
import io.leasehold.statemachine.MemberCommand;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * etcd's strict check before the members change (cluster.md 1.3): a change must not take the cluster's quorum away, now or
 * when the next member fails. Pure.
 */
final class Reconfiguration {
    /** Whoever was not heard for this long without a gap counts as away; etcd's health interval. */
    private static final long HEARD_MILLIS_MIN = 5_000;

    private final long memberId;
    private final List<Member> members;
    private final Map<Long, Contact> contacts;

    /**
     * The cluster as one member sees it.
     *
     * @param contacts how the others are heard
     */
    Reconfiguration(long memberId, List<Member> members, Map<Long, Contact> contacts) {
        this.memberId = memberId;
        this.members = members;
        this.contacts = contacts;
    }

    /** Why a change is not to be proposed; empty if it may be. */
    Optional<ErrorCode> refusal(MemberCommand change) {
        return switch (change) {
            case MemberCommand.Add add -> add(add.learner());
            case MemberCommand.Remove remove -> remove(remove.id());
            case MemberCommand.Promote promote -> promote();
            case MemberCommand.Update update -> Optional.empty();
            // Never proposed: it is put into the log of a member that is not running.
            case MemberCommand.StandAlone standAlone -> Optional.empty();
        };
    }

    private Optional<ErrorCode> add(boolean learner) {
        if (!learner && !isEnough(started(), voters() + 1)) {
            return Optional.of(ErrorCode.NOT_ENOUGH_STARTED);
        }
        // The newcomer counts as down, and a learner as one that will vote. A cluster of one may always grow.
        boolean lasts = voters() == 1 || connected(0) >= quorum(voters() + 1);
        return lasts ? Optional.empty() : Optional.of(ErrorCode.UNHEALTHY);
    }

    private Optional<ErrorCode> promote() {
        // The learner counts as a voter that has started.
        return isEnough(started() + 1, voters() + 1) ? Optional.empty() : Optional.of(ErrorCode.NOT_ENOUGH_STARTED);
    }

    private Optional<ErrorCode> remove(long id) {
        Optional<Member> leaving =
                members.stream().filter(member -> member.id() == id).findFirst();
        if (leaving.isEmpty() || leaving.get().learner()) {
            return Optional.empty();
        }
        long startedAfter = started() - (leaving.get().name().isEmpty() ? 0 : 1);
        if (startedAfter < quorum(voters() - 1)) {
            return Optional.of(ErrorCode.NOT_ENOUGH_STARTED);
        }
        boolean heard =
                id == memberId || contacts.getOrDefault(id, Contact.NONE).isConnected();
        if (!heard) {
            return Optional.empty();
        }
        return connected(id) < quorum(voters() - 1) ? Optional.of(ErrorCode.UNHEALTHY) : Optional.empty();
    }

    /** A cluster of one may grow although its second member has not started. */
    private static boolean isEnough(long started, long voters) {
        return (started == 1 && voters == 2) || started >= quorum(voters);
    }

    private static long quorum(long voters) {
        return voters / 2 + 1;
    }

    private long voters() {
        return members.stream().filter(member -> !member.learner()).count();
    }

    private long started() {
        return members.stream()
                .filter(member -> !member.learner() && !member.name().isEmpty())
                .count();
    }

    private long connected(long withoutId) {
        return members.stream()
                .filter(member -> !member.learner() && member.id() != withoutId)
                .filter(member -> member.id() == memberId
                        || contacts.getOrDefault(member.id(), Contact.NONE).connectedMillis() >= HEARD_MILLIS_MIN)
                .count();
    }
}
