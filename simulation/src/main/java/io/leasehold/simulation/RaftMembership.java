package io.leasehold.simulation;

import io.leasehold.raft.LogMembership;
import io.leasehold.raft.MembershipSteps;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Has the log's configuration follow the replica's table of members, by the steps of the engine that ships; the network's
 * signs of life are here, too.
 */
final class RaftMembership implements LogMembership {
    private final int self;
    private final RaftMember log;
    private final RaftHost process;
    private final LogDisk disk;
    private final RaftPeers peers;
    private final Contacts contacts;
    private List<LogMember> table = List.of();

    RaftMembership(int self, RaftMember log, RaftHost process, LogDisk disk, RaftPeers peers, Contacts contacts) {
        this.self = self;
        this.log = log;
        this.process = process;
        this.disk = disk;
        this.peers = peers;
        this.contacts = contacts;
    }

    @Override
    public void follow(List<LogMember> members) {
        table = List.copyOf(members);
    }

    @Override
    public boolean takesPart() {
        return disk.configuration().takesPart(self + 1L);
    }

    @Override
    public boolean isLevel(long memberId) {
        return log.matchIndex(memberId) >= 0.9 * log.status().committedIndex();
    }

    @Override
    public void transferTo(long memberId, Duration limit, Consumer<Boolean> listener) {
        log.stepDown((int) memberId - 1);
        process.whenRunning(limit.toNanos(), () -> listener.accept(log.status().leaderId() == memberId));
    }

    /** Greets everybody, and makes a step if this member leads and there is one to make. */
    void tick() {
        if (!peers.conditions().membersChange()) {
            return;
        }
        Configuration now = disk.configuration();
        TreeSet<Long> known = new TreeSet<>(now.others(self + 1L));
        table.forEach(member -> known.add(member.memberId()));
        known.remove(self + 1L);
        known.forEach(id -> peers.send(self, (int) (id - 1), new RaftMessage.Greeting(self, true)));
        if (log.leadsSettled() && !table.isEmpty()) {
            step(now.plan());
        }
    }

    /** Another one is there. */
    void greeted(RaftMessage.Greeting greeting) {
        contacts.heard(greeting.from() + 1L);
        if (greeting.question()) {
            peers.send(self, greeting.from(), new RaftMessage.Greeting(self, false));
        }
    }

    private void step(MembershipSteps.Plan now) {
        boolean stays = table.stream().anyMatch(member -> member.memberId() == self + 1L);
        Optional<Long> successor = stays ? Optional.empty() : MembershipSteps.successor(now, table, contacts::hears);
        if (successor.isPresent()) {
            log.stepDown((int) (successor.get() - 1));
            return;
        }
        long sinceIndex = disk.configurationIndex();
        MembershipSteps.next(self + 1L, now, table, contacts::hears, id -> log.matchIndex(id) >= sinceIndex)
                .ifPresent(log::change);
    }
}
