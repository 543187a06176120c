package io.leasehold.statemachine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The members of the cluster as the log has made them, and the ids that have left for good. Changed by the Applier
 * thread; {@link #members()} may be called by any.
 */
final class MemberTable {
    private final Set<Long> removedIds;

    /** In the order of ids; replaced as a whole. */
    private volatile List<Member> members;

    MemberTable(Collection<Member> members, Collection<Long> removedIds) {
        this.members = sorted(members);
        this.removedIds = new TreeSet<>(removedIds);
    }

    List<Member> members() {
        return members;
    }

    Set<Long> removedIds() {
        return Set.copyOf(removedIds);
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

    private static List<Member> sorted(Collection<Member> members) {
        return members.stream()
                .sorted(Comparator.comparing(Member::id, Long::compareUnsigned))
                .toList();
    }
}
