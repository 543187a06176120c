package io.leasehold.statemachine;

import io.leasehold.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The members of the cluster as the log has made them, and the ids that have left for good. Changed by the Applier
 * thread; {@link #members()} may be called by any.
 */
final class MemberTable {
    private volatile Set<Long> removedIds;

    /** In the order of ids; replaced as a whole. */
    private volatile List<Member> members;

    MemberTable(Collection<Member> members, Collection<Long> removedIds) {
        this.members = sorted(members);
        this.removedIds = Set.copyOf(removedIds);
    }

    List<Member> members() {
        return members;
    }

    Set<Long> removedIds() {
        return removedIds;
    }

    /** A member that is not there (it may have been removed since it asked) is passed over. */
    void publish(long id, String name, List<String> clientUrls) {
        List<Member> changed = new ArrayList<>(members.size());
        for (Member member : members) {
            changed.add(
                    member.id() == id ? new Member(id, name, member.peerUrls(), clientUrls, member.learner()) : member);
        }
        members = List.copyOf(changed);
    }

    /** Makes a change, or says why not. */
    Optional<ErrorCode> change(MemberCommand change) {
        return switch (change) {
            case MemberCommand.Add add -> add(add);
            case MemberCommand.Remove remove -> remove(remove.id());
            case MemberCommand.Update update -> update(update);
            case MemberCommand.Promote promote -> promote(promote.id());
            case MemberCommand.StandAlone standAlone -> standAlone(standAlone);
        };
    }

    private Optional<ErrorCode> add(MemberCommand.Add add) {
        if (removedIds.contains(add.id()) || member(add.id()).isPresent()) {
            return Optional.of(ErrorCode.MEMBER_EXISTS);
        }
        if (isTaken(add.peerUrls(), add.id())) {
            return Optional.of(ErrorCode.PEER_URL_EXISTS);
        }
        if (add.learner() && members.stream().filter(Member::learner).count() >= add.learnersMax()) {
            return Optional.of(ErrorCode.TOO_MANY_LEARNERS);
        }
        List<Member> changed = new ArrayList<>(members);
        changed.add(new Member(add.id(), "", add.peerUrls(), List.of(), add.learner()));
        members = sorted(changed);
        return Optional.empty();
    }

    private Optional<ErrorCode> remove(long id) {
        Optional<Member> leaving = member(id);
        if (leaving.isEmpty()) {
            return Optional.of(ErrorCode.MEMBER_NOT_FOUND);
        }
        boolean voterStays = members.stream().anyMatch(member -> member.id() != id && !member.learner());
        if (!leaving.get().learner() && !voterStays) {
            // Without a voter nothing would ever be committed again.
            return Optional.of(ErrorCode.NOT_ENOUGH_STARTED);
        }
        Set<Long> removed = new TreeSet<>(removedIds);
        removed.add(id);
        removedIds = Set.copyOf(removed);
        members = members.stream().filter(member -> member.id() != id).toList();
        return Optional.empty();
    }

    private Optional<ErrorCode> update(MemberCommand.Update update) {
        Optional<Member> known = member(update.id());
        if (known.isEmpty()) {
            return Optional.of(ErrorCode.MEMBER_NOT_FOUND);
        }
        if (isTaken(update.peerUrls(), update.id())) {
            return Optional.of(ErrorCode.PEER_URL_EXISTS);
        }
        Member old = known.get();
        replace(new Member(old.id(), old.name(), update.peerUrls(), old.clientUrls(), old.learner()));
        return Optional.empty();
    }

    private Optional<ErrorCode> promote(long id) {
        Optional<Member> known = member(id);
        if (known.isEmpty()) {
            return Optional.of(ErrorCode.MEMBER_NOT_FOUND);
        }
        Member learner = known.get();
        if (!learner.learner()) {
            return Optional.of(ErrorCode.MEMBER_NOT_LEARNER);
        }
        replace(new Member(learner.id(), learner.name(), learner.peerUrls(), learner.clientUrls(), false));
        return Optional.empty();
    }

    private Optional<ErrorCode> standAlone(MemberCommand.StandAlone alone) {
        Set<Long> removed = new TreeSet<>(removedIds);
        members.forEach(member -> removed.add(member.id()));
        removed.remove(alone.id());
        removedIds = Set.copyOf(removed);
        members = List.of(member(alone.id())
                .map(self -> new Member(self.id(), self.name(), self.peerUrls(), self.clientUrls(), false))
                .orElseGet(() -> new Member(alone.id(), "", alone.peerUrls(), List.of(), false)));
        return Optional.empty();
    }

    private Optional<Member> member(long id) {
        return members.stream().filter(member -> member.id() == id).findFirst();
    }

    private boolean isTaken(List<String> peerUrls, long exceptId) {
        return members.stream().filter(member -> member.id() != exceptId).anyMatch(member -> member.peerUrls().stream()
                .anyMatch(peerUrls::contains));
    }

    private void replace(Member changed) {
        members = members.stream()
                .map(member -> member.id() == changed.id() ? changed : member)
                .toList();
    }

    private static List<Member> sorted(Collection<Member> members) {
        return members.stream()
                .sorted(Comparator.comparing(Member::id, Long::compareUnsigned))
                .toList();
    }
}
