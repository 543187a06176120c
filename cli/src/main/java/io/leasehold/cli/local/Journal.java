package io.leasehold.cli.local;

import io.leasehold.cli.local.Picture.Event;
import io.leasehold.cli.local.Picture.Member;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What happened to a cluster, as far as people want to know. One thread. */
final class Journal {
    /** More than any screen shows. */
    private static final int EVENTS_MAX = 200;

    private final Supplier<String> timeOfDay;
    private final Deque<Event> events = new ArrayDeque<>();
    private final List<Event> fresh = new ArrayList<>();

    Journal(Supplier<String> timeOfDay) {
        this.timeOfDay = timeOfDay;
    }

    void note(String text) {
        Event event = new Event(timeOfDay.get(), text);
        events.add(event);
        fresh.add(event);
        if (events.size() > EVENTS_MAX) {
            events.remove();
        }
    }

    /** All that is kept, the newest last. */
    List<Event> events() {
        return List.copyOf(events);
    }

    /** What was noted since this was last asked. */
    List<Event> takeFresh() {
        List<Event> taken = List.copyOf(fresh);
        fresh.clear();
        return taken;
    }

    /** What two pictures, one after the other, tell. Pure function. */
    static List<String> between(Picture before, Picture after) {
        List<String> told = new ArrayList<>();
        for (Member member : after.members()) {
            Optional<Condition> was = before.find(member.name()).map(Member::condition);
            if (was.isEmpty() || was.get() != member.condition()) {
                words(was, member, after.cluster().secure()).ifPresent(told::add);
            }
        }
        Optional<String> ledBefore = before.leader().map(Journal::leadership);
        Optional<String> leads = after.leader().map(Journal::leadership);
        if (leads.isPresent() && !leads.equals(ledBefore)) {
            told.add(leads.get());
        }
        return told;
    }

    private static String leadership(Member leader) {
        return leader.name() + " leads, term " + Picture.term(leader);
    }

    private static Optional<String> words(Optional<Condition> was, Member member, boolean secure) {
        String name = member.name();
        boolean served = was.filter(Condition::isServing).isPresent();
        return switch (member.condition()) {
            case STARTING ->
                Optional.of(name + " starts"
                        + member.pid().map(pid -> ", process " + pid).orElse(""));
            case LEADER, FOLLOWER, LEARNER ->
                served
                        ? Optional.empty()
                        : Optional.of(name + " serves at " + member.spec().clientUrl(secure));
            case WITHOUT_LEADER -> Optional.of(name + " knows no leader");
            case SILENT -> Optional.of(name + " does not answer");
            case STOPPING -> Optional.empty();
            case STOPPED -> Optional.of(name + " is stopped");
            case KILLED -> Optional.of(name + " is killed");
            case ENDED -> Optional.of(name + " ended by itself, " + member.reason());
        };
    }
}
