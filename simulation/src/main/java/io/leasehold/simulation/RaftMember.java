package io.leasehold.simulation;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.LeadershipGuard;
import io.leasehold.raft.LogListener;
import io.leasehold.raft.LogMembership;
import io.leasehold.raft.LogStatus;
import io.leasehold.raft.MembershipSteps;
import io.leasehold.raft.PeerNetwork;
import io.leasehold.raft.QuorumGuard;
import io.leasehold.raft.Refusal;
import io.leasehold.raft.ReplicatedLog;
import java.util.Optional;

/**
 * A small Raft of the simulation's own (Ongaro and Ousterhout, figure 2, with joint consensus): the log of one process. It
 * hands things on late, and hears late that it does not lead any more.
 *
 * <pre>
 *   FOLLOWER ──silence, or bidden──► CANDIDATE ──majority──► LEADER
 *      ▲                                 │                      │
 *      └── a higher term, or a leader ◄──┴── alone, or bidden ◄─┘
 * </pre>
 */
final class RaftMember implements ReplicatedLog {
    private static final long HEARTBEAT_NANOS = 60 * Agenda.MILLI;
    /** A leader that is alone gives up after this, some time. */
    private static final long ALONE_NANOS = 2 * Agenda.SECOND;

    private final int self;
    private final RaftHost process;
    private final Agenda agenda;
    private final Conditions conditions;
    private final LogDisk disk;
    private final RaftPeers peers;
    private final PeerLine line;
    private final QuorumGuard guard;
    private final Ballot ballot;
    private final Replication replication;
    private final LogProgress progress;
    private final EntryIntake intake;
    private final RaftMembership membership;
    private Role role = Role.FOLLOWER;
    private long leaderId;
    private boolean ready;

    private enum Role {
        FOLLOWER,
        CANDIDATE,
        LEADER
    }

    RaftMember(int self, RaftHost process, Agenda agenda, LogDisk disk, RaftPeers peers) {
        this.self = self;
        this.process = process;
        this.agenda = agenda;
        this.conditions = peers.conditions();
        this.disk = disk;
        this.peers = peers;
        Contacts contacts = new Contacts(agenda);
        line = new PeerLine(self, peers, contacts);
        guard = new QuorumGuard(self + 1, new Standing(), line);
        ballot = new Ballot(self, agenda, disk);
        replication = new Replication(self, agenda, disk, peers);
        progress = new LogProgress(process, agenda, conditions, disk);
        intake = new EntryIntake(self, disk, progress, peers);
        membership = new RaftMembership(self, this, process, disk, peers, contacts);
    }

    @Override
    public void start(LogListener listener, long appliedIndex, long appliedTerm) {
        disk.joinOnTo(appliedIndex, appliedTerm);
        if (disk.forcedIndex() < appliedIndex || disk.purgedIndex() > appliedIndex) {
            throw new PromiseBroken(
                    "log",
                    "the state is at " + appliedIndex + ", the log begins behind " + disk.purgedIndex()
                            + " and ends at " + disk.forcedIndex());
        }
        intake.begin();
        progress.begin(new HandOver(process, agenda, listener), appliedIndex);
        ballot.waitAgain();
        tick();
    }

    @Override
    public void propose(byte[] payload, Object proposal) {
        if (role != Role.LEADER) {
            handOver().refused(proposal, Refusal.NOT_LEADER);
        } else if (agenda.oneIn(conditions.overloadedOneIn)) {
            handOver().refused(proposal, Refusal.OVERLOADED);
        } else {
            LogDisk.Entry entry = LogDisk.Entry.of(disk.term, payload);
            handOver().proposed(entry, proposal);
            appendOwn(entry);
        }
    }

    @Override
    public LogStatus status() {
        boolean leads = role == Role.LEADER;
        return new LogStatus(disk.term, leaderId, leads, ready, progress.committedIndex(), disk.lastIndex());
    }

    @Override
    public void checkpointed(long index, long term) {
        disk.checkpointed(index, peers.slowestIndex());
    }

    @Override
    public LeadershipGuard guard() {
        return guard;
    }

    @Override
    public PeerNetwork network() {
        return line;
    }

    @Override
    public LogMembership membership() {
        return membership;
    }

    @Override
    public void close() {}

    /** Whether it serves as leader, and no change of members is under way. */
    boolean leadsSettled() {
        return ready && isSettled();
    }

    private boolean isSettled() {
        return disk.configuration().isSettled() && disk.configurationIndex() <= progress.committedIndex();
    }

    /** Whether a member takes part, or may: what is not settled counts as if it did. */
    boolean mayNeed(long id) {
        return !isSettled() || intake.joins() || disk.configuration().takesPart(id);
    }

    /** Begins a change of who takes part. */
    void change(MembershipSteps.Plan next) {
        process.trace("changes members to " + next);
        appendOwn(LogDisk.Entry.change(disk.term, disk.configuration().towards(next)));
    }

    /** Up to where a member has what this one, which leads, has. */
    long matchIndex(long id) {
        return replication.matchIndex(id);
    }

    boolean leads() {
        return role == Role.LEADER;
    }

    /** Steps down of its own accord; {@code heir}, if it is a member, is bidden to stand for election at once. */
    void stepDown(int heir) {
        if (role == Role.LEADER) {
            follow(disk.term, 0);
            if (heir == self) {
                beginElection();
            } else if (heir >= 0) {
                peers.send(self, heir, new RaftMessage.StandNow(disk.term));
            }
        }
    }

    void hear(int from, byte[] message) {
        line.hear(from, message);
    }

    void receive(RaftMessage message) {
        switch (message) {
            case RaftMessage.VoteAsked asked -> voteAsked(asked);
            case RaftMessage.Voted voted -> voted(voted);
            case RaftMessage.Append append -> append(append);
            case RaftMessage.Appended appended -> appended(appended);
            case RaftMessage.Purged purged -> purged(purged);
            case RaftMessage.StandNow bid -> {
                if (bid.term() == disk.term && role == Role.FOLLOWER && mayStand()) {
                    beginElection();
                }
            }
            case RaftMessage.Unknown unknown -> process.unknown();
            case RaftMessage.Greeting greeting -> membership.greeted(greeting);
        }
    }

    private void tick() {
        if (role == Role.LEADER) {
            replication.sendToAll(progress.committedIndex());
            giveUpAlone();
        } else if (ballot.patienceIsOver() && mayStand()) {
            beginElection();
        }
        membership.tick();
        guard.tick();
        process.whenRunning(HEARTBEAT_NANOS, this::tick);
    }

    /** A leader that hears nothing of a majority gives up, some time. */
    private void giveUpAlone() {
        boolean heard = disk.configuration().hasMajority(id -> replication.heardWithin(id, ALONE_NANOS));
        if (!heard && agenda.oneIn(8)) {
            follow(disk.term, 0);
        }
    }

    private boolean mayStand() {
        return disk.configuration().votes(self + 1L);
    }

    private void beginElection() {
        know(0);
        role = Role.CANDIDATE;
        ballot.stand();
        for (long id : disk.configuration().others(self + 1L)) {
            peers.send(
                    self, (int) id - 1, new RaftMessage.VoteAsked(self, disk.term, disk.lastIndex(), disk.lastTerm()));
        }
        leadWithMajority();
    }

    private void voteAsked(RaftMessage.VoteAsked asked) {
        boolean stranger = !intake.joins() && !disk.configuration().takesPart(asked.from() + 1L);
        if (stranger && (role == Role.LEADER || !ballot.patienceIsOver())) {
            // Who was removed and has not heard of it would depose one leader after the other.
            if (leadsSettled() && asked.lastIndex() < disk.configurationIndex()) {
                peers.send(self, asked.from(), new RaftMessage.Unknown());
            }
            return;
        }
        heardTerm(asked.term());
        boolean granted = ballot.voteFor(asked);
        peers.send(self, asked.from(), new RaftMessage.Voted(self, disk.term, granted));
    }

    private void voted(RaftMessage.Voted voted) {
        heardTerm(voted.term());
        if (role == Role.CANDIDATE && voted.granted() && voted.term() == disk.term) {
            ballot.count(voted.from());
            leadWithMajority();
        }
    }

    private void leadWithMajority() {
        if (disk.configuration().hasMajority(ballot::hasVoteOf)) {
            role = Role.LEADER;
            process.trace("leads in term " + disk.term);
            replication.begin();
            know(self + 1);
            appendOwn(LogDisk.Entry.marker(disk.term));
        }
    }

    private void appendOwn(LogDisk.Entry entry) {
        disk.append(entry);
        progress.forceLater(() -> {
            if (role == Role.LEADER) {
                commitWhatMajorityHas();
            }
        });
        replication.sendToAll(progress.committedIndex());
    }

    private void append(RaftMessage.Append append) {
        heardTerm(append.term());
        if (append.term() < disk.term) {
            intake.refuse(append.from(), disk.lastIndex());
        } else {
            standBack(append.from());
            intake.take(append);
        }
    }

    private void purged(RaftMessage.Purged purged) {
        heardTerm(purged.term());
        if (purged.term() < disk.term) {
            // Whoever leads in an older term has to hear of the newer one, from a member without its entries too.
            intake.refuse(purged.from(), disk.lastIndex());
        } else {
            standBack(purged.from());
            intake.take(purged);
        }
    }

    /** Somebody leads in this term. */
    private void standBack(int leader) {
        if (role == Role.CANDIDATE) {
            role = Role.FOLLOWER;
        }
        know(leader + 1);
        ballot.waitAgain();
    }

    private void appended(RaftMessage.Appended answer) {
        heardTerm(answer.term());
        if (role != Role.LEADER || answer.term() != disk.term) {
            return;
        }
        replication.answered(answer);
        commitWhatMajorityHas();
    }

    private void commitWhatMajorityHas() {
        // Its own disk may be the slow one: what it has not forced itself it does not hand over, or a state that was
        // made durable could end behind the log that a power cut leaves.
        long majorityHas = Math.min(disk.configuration().indexOfMajority(replication::matchIndex), disk.forcedIndex());
        if (majorityHas > progress.committedIndex() && disk.termAt(majorityHas) == disk.term) {
            progress.commitTo(majorityHas);
        }
        long committedIndex = progress.committedIndex();
        if (!ready && committedIndex > 0 && disk.termAt(committedIndex) == disk.term) {
            ready = true;
            handOver().leaderReady(disk.term);
        }
        if (ready && disk.configurationIndex() <= committedIndex) {
            goOnWithChange();
        }
    }

    /** The newest configuration is committed: if it is that of a change, the change ends; who has no vote then leads no more. */
    private void goOnWithChange() {
        if (!disk.configuration().isSettled()) {
            appendOwn(LogDisk.Entry.change(disk.term, disk.configuration().settled()));
        } else if (!mayStand()) {
            follow(disk.term, 0);
        }
    }

    private void heardTerm(long term) {
        if (term > disk.term) {
            follow(term, 0);
        }
    }

    private void follow(long term, long newLeaderId) {
        boolean led = role == Role.LEADER;
        long lostTerm = disk.term;
        role = Role.FOLLOWER;
        ready = false;
        if (term > disk.term) {
            disk.term = term;
            disk.votedFor = LogDisk.NOBODY;
        }
        know(newLeaderId);
        if (led) {
            process.trace("leads no more in term " + lostTerm);
            ballot.waitAgain();
            for (long index = progress.committedIndex() + 1; index <= disk.lastIndex(); index++) {
                handOver().lost(disk.entry(index));
            }
            handOver().leaderLost(lostTerm, conditions.leaderLostMaxMillis);
        }
    }

    private void know(long newLeaderId) {
        if (leaderId != newLeaderId) {
            leaderId = newLeaderId;
            handOver().leaderChanged(newLeaderId);
        }
    }

    /** What the guard sees of the log. */
    private final class Standing implements QuorumGuard.Standing {
        @Override
        public long currentTerm() {
            return disk.term;
        }

        @Override
        public Optional<QuorumGuard.Reign> reign() {
            return ready
                    ? Optional.of(new QuorumGuard.Reign(
                            disk.term,
                            progress.committedIndex(),
                            disk.configuration().votingSets(),
                            disk.configurationIndex()))
                    : Optional.empty();
        }

        @Override
        public ErrorCode refusal() {
            return ErrorCode.NOT_LEADER;
        }
    }

    private HandOver handOver() {
        return progress.handOver();
    }
}
