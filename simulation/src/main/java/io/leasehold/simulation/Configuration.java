package io.leasehold.simulation;

import io.leasehold.raft.MembershipSteps;
import io.leasehold.statemachine.Member;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Who takes part in a log from some entry on, by member ids in their order. While a change is under way the voters of before
 * must agree as well (joint consensus).
 *
 * @param listeners get entries and have no vote
 * @param votersBefore empty when no change is under way
 */
record Configuration(SortedSet<Long> voters, SortedSet<Long> listeners, SortedSet<Long> votersBefore) {
    /** As a member has it that is to join a cluster and was told nothing yet. */
    static final Configuration NONE = new Configuration(ids(Set.of()), ids(Set.of()), ids(Set.of()));

    /** Of those that found a cluster: members 1 to {@code count}. */
    static Configuration founders(int count) {
        return new Configuration(
                ids(LongStream.rangeClosed(1, count).boxed().collect(Collectors.toSet())),
                ids(Set.of()),
                ids(Set.of()));
    }

    /** On the way to that plan. */
    Configuration towards(MembershipSteps.Plan plan) {
        return new Configuration(ids(plan.voters()), ids(plan.listeners()), voters);
    }

    /** The change is over. */
    Configuration settled() {
        return new Configuration(voters, listeners, ids(Set.of()));
    }

    boolean isSettled() {
        return votersBefore.isEmpty();
    }

    MembershipSteps.Plan plan() {
        return new MembershipSteps.Plan(voters, listeners);
    }

    /** Those of whom each needs a majority. */
    List<Set<Long>> votingSets() {
        return isSettled() ? List.of(voters) : List.of(voters, votersBefore);
    }

    /** Whether it is settled and those of the replicas' table have the parts that they have there. */
    boolean fits(List<Member> table) {
        Set<Long> voting = table.stream()
                .filter(member -> !member.learner())
                .map(Member::id)
                .collect(Collectors.toSet());
        Set<Long> learning =
                table.stream().filter(Member::learner).map(Member::id).collect(Collectors.toSet());
        return isSettled() && voters.equals(voting) && listeners.equals(learning);
    }

    boolean votes(long id) {
        return voters.contains(id) || votersBefore.contains(id);
    }

    boolean takesPart(long id) {
        return votes(id) || listeners.contains(id);
    }

    /** All who take part, but for that one. */
    List<Long> others(long id) {
        return Stream.of(voters, votersBefore, listeners)
                .flatMap(Set::stream)
                .distinct()
                .filter(other -> other != id)
                .toList();
    }

    boolean hasMajority(LongPredicate agrees) {
        return votingSets().stream()
                .allMatch(set -> 2 * set.stream().filter(agrees::test).count() > set.size());
    }

    /** Up to where majorities have the log. */
    long indexOfMajority(LongUnaryOperator indexOf) {
        return votingSets().stream()
                .mapToLong(set -> {
                    long[] sorted = set.stream()
                            .mapToLong(indexOf::applyAsLong)
                            .sorted()
                            .toArray();
                    return sorted.length == 0 ? 0 : sorted[(sorted.length - 1) / 2];
                })
                .min()
                .orElse(0);
    }

    private static SortedSet<Long> ids(Set<Long> ids) {
        return Collections.unmodifiableSortedSet(new TreeSet<>(ids));
    }
}
