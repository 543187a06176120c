package io.leasehold.cli.local;

import io.leasehold.protocol.etcdserverpb.StatusResponse;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A cluster at one moment.
 *
 * @param directory where it lies
 * @param cluster what is remembered of it
 * @param members in the order in which they came
 * @param events what happened, the newest last
 */
record Picture(Path directory, LocalCluster cluster, List<Member> members, List<Event> events) {
    Picture {
        members = List.copyOf(members);
        events = List.copyOf(events);
    }

    /**
     * A member at that moment.
     *
     * @param pid of its process, as long as there is one
     * @param status what it said of itself last; empty when it has not yet, or does not run
     * @param reason why it ended by itself; empty otherwise
     */
    record Member(
            MemberSpec spec, Condition condition, Optional<Long> pid, Optional<StatusResponse> status, String reason) {
        String name() {
            return spec.name();
        }
    }

    /**
     * Something that happened.
     *
     * @param time of the day, for people
     */
    record Event(String time, String text) {}

    /** The member that leads: of two that say so, the one of the later term. */
    Optional<Member> leader() {
        return members.stream()
                .filter(member -> member.condition() == Condition.LEADER)
                .max(Comparator.comparingLong(Picture::term));
    }

    /** The highest revision that a member has told. */
    long revision() {
        return members.stream()
                .flatMap(member -> member.status().stream())
                .mapToLong(status -> status.getHeader().getRevision())
                .max()
                .orElse(0);
    }

    /** Whether all that run answer, and there is a leader. */
    boolean isServing() {
        return leader().isPresent()
                && members.stream()
                        .filter(member -> member.condition().isRunning())
                        .allMatch(member -> member.condition().isServing());
    }

    Optional<Member> find(String name) {
        return members.stream().filter(member -> member.name().equals(name)).findFirst();
    }

    /** The term that a member is in; 0 if it has not told. */
    static long term(Member member) {
        return member.status().map(StatusResponse::getRaftTerm).orElse(0L);
    }
}
