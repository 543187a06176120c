package io.leasehold.simulation;

import io.leasehold.server.replica.Replica;
import io.leasehold.server.replica.ReplicaNode;
import io.leasehold.statemachine.Member;
import io.leasehold.statemachine.MemberCommand;
import io.leasehold.statemachine.Outcome;
import java.util.List;
import java.util.Optional;

/** Somebody who adds members and starts them, promotes learners, and removes members, those that lead or are down too. */
final class Administrator {
    private static final int REQUEST_DELAY_MAX_MILLIS = 100;
    /** A removal is not asked for below this, nor an addition above the other: some worlds would be empty, or all alike. */
    private static final int MEMBERS_MIN = 2;

    private static final int MEMBERS_MAX = 6;
    private static final int LEARNERS_MAX = 2;
    /** Until somebody who was told that a member is added has started it. */
    private static final int STARTING_MAX_MILLIS = 4_000;

    private final Cluster cluster;
    private final Agenda agenda;
    private final Conditions conditions;
    private boolean active;
    private int changed;

    Administrator(Cluster cluster) {
        this.cluster = cluster;
        this.agenda = cluster.agenda;
        this.conditions = cluster.conditions();
    }

    void begin() {
        if (conditions.membersChange()) {
            active = true;
            work();
        }
    }

    /** No more changes are asked for; members that were added are still started. */
    void end() {
        active = false;
    }

    /** How many changes were answered as made. */
    int changed() {
        return changed;
    }

    private void work() {
        agenda.after(agenda.random.nextLong(conditions.memberChangePauseMaxMillis * Agenda.MILLI) + 1, () -> {
            cluster.addedAndNotStarted()
                    .ifPresent(member -> agenda.after(agenda.delayNanos(STARTING_MAX_MILLIS), member::begin));
            if (active) {
                anyChange().ifPresent(this::ask);
            }
            work();
        });
    }

    private Optional<MemberCommand> anyChange() {
        List<Member> members = cluster.observer.members();
        switch (agenda.random.nextInt(6)) {
            case 0, 1 -> {
                return members.size() < MEMBERS_MAX ? cluster.freeId().map(this::add) : Optional.empty();
            }
            case 2, 3 -> {
                return members.stream()
                        .filter(Member::learner)
                        .findAny()
                        .map(member -> new MemberCommand.Promote(member.id()));
            }
            default -> {
                Member any = members.get(agenda.random.nextInt(members.size()));
                return members.size() > MEMBERS_MIN
                        ? Optional.of(new MemberCommand.Remove(any.id()))
                        : Optional.empty();
            }
        }
    }

    private MemberCommand add(long id) {
        return new MemberCommand.Add(id, List.of("http://m" + id), agenda.oneIn(2), LEARNERS_MAX);
    }

    /** As the service does it that clients call: a member judges by what it knows, then the log decides. */
    private void ask(MemberCommand change) {
        cluster.observer.trace(() -> "somebody asks for " + change);
        SimulatedMember target = cluster.anyMember();
        agenda.after(
                agenda.delayNanos(REQUEST_DELAY_MAX_MILLIS),
                () -> target.request(node -> {
                    if (!(change instanceof MemberCommand.Promote promote)) {
                        propose(node, change);
                        return;
                    }
                    node.isLevel(promote.id(), Runnable::run, answer -> {
                        if (answer instanceof Replica.LevelAnswer.Known known && known.level()) {
                            propose(node, change);
                        }
                    });
                }));
    }

    private void propose(ReplicaNode node, MemberCommand change) {
        if (node.admit(change).isEmpty()) {
            node.propose(change, Runnable::run, outcome -> {
                if (outcome instanceof Outcome.MembersChanged) {
                    changed++;
                }
            });
        }
    }
}
