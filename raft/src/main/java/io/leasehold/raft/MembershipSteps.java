package io.leasehold.raft;

import io.leasehold.raft.LogMembership.LogMember;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;

/**
 * Which change brings the configuration of a log's engine one step closer to the table of members. Pure.
 *
 * <p>A newcomer is made a voter only when it knows that it is a listener. Until a leader has told it so, the engine keeps it
 * in a state in which it votes for nobody: made a voter before, and left by its leader, it would count among those whose
 * majority is needed and could not help to elect the next one.
 */
public final class MembershipSteps {
    /** One configuration of the engine: ids of members, in their order, so that equal plans lead to equal steps. */
    public record Plan(Set<Long> voters, Set<Long> listeners) {
        /** Copies the ids. */
        public Plan {
            voters = Collections.unmodifiableSortedSet(new TreeSet<>(voters));
            listeners = Collections.unmodifiableSortedSet(new TreeSet<>(listeners));
        }
    }

    private MembershipSteps() {}

    /**
     * The next configuration, which differs in one member; nothing when there is no step to make now.
     *
     * @param now as the engine has it, settled
     * @param leader who asks: it does not take itself out, even if it is to go and nobody can follow it yet
     * @param table as it should become
     * @param isHeard whether a member can be reached
     * @param knows whether a member has committed {@code now}
     */
    public static Optional<Plan> next(
            long leader, Plan now, List<LogMember> table, LongPredicate isHeard, LongPredicate knows) {
        Map<Long, LogMember> wanted =
                table.stream().collect(Collectors.toMap(LogMember::memberId, Function.identity()));
        for (long id : now.voters()) {
            if (!wanted.containsKey(id) && id != leader) {
                return Optional.of(new Plan(without(now.voters(), id), now.listeners()));
            }
        }
        for (long id : now.listeners()) {
            LogMember member = wanted.get(id);
            if (member == null) {
                return Optional.of(new Plan(now.voters(), without(now.listeners(), id)));
            }
            if (!member.learner() && knows.test(id)) {
                return Optional.of(new Plan(with(now.voters(), id), without(now.listeners(), id)));
            }
        }
        for (LogMember member : table) {
            long id = member.memberId();
            boolean inside = now.voters().contains(id) || now.listeners().contains(id);
            if (!inside && isHeard.test(id)) {
                return Optional.of(new Plan(now.voters(), with(now.listeners(), id)));
            }
        }
        return Optional.empty();
    }

    /** To whom a leader that is not in the table hands over: a voter that stays and is heard, if there is one. */
    public static Optional<Long> successor(Plan now, List<LogMember> table, LongPredicate isHeard) {
        return now.voters().stream()
                .filter(id -> table.stream().anyMatch(member -> member.memberId() == id))
                .filter(isHeard::test)
                .findFirst();
    }

    private static Set<Long> without(Set<Long> ids, long id) {
        return ids.stream().filter(each -> each != id).collect(Collectors.toUnmodifiableSet());
    }

    private static Set<Long> with(Set<Long> ids, long id) {
        Set<Long> more = new HashSet<>(ids);
        more.add(id);
        return more;
    }
}
