package io.leasehold.simulation;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.LeadershipGuard;
import io.leasehold.raft.LogListener;
import io.leasehold.raft.LogStatus;
import io.leasehold.raft.PeerNetwork;
import io.leasehold.raft.QuorumGuard;
import io.leasehold.raft.Refusal;
import io.leasehold.raft.ReplicatedLog;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A small Raft of the simulation's own (Ongaro and Ousterhout, figure 2, without membership changes): the log of one
 * process. It hands things on late, and hears late that it does not lead any more.
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
    private final int majority;
    private final Set<Long> voters;

    private @Nullable HandOver handOver;
    private final PeerLine line;
    private final QuorumGuard guard;
    private final Ballot ballot;
    private final Replication replication;
    private Role role = Role.FOLLOWER;
    private long leaderId;
    private long committedIndex;
    private long handedOverIndex;
    private boolean ready;
    private boolean needsState;

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
        this.majority = peers.count() / 2 + 1;
        this.voters = LongStream.rangeClosed(1, peers.count()).boxed().collect(Collectors.toSet());
        line = new PeerLine(self, peers);
        guard = new QuorumGuard(self + 1, new Standing(), line);
        ballot = new Ballot(self, agenda, disk);
        replication = new Replication(self, agenda, disk, peers);
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
        handOver = new HandOver(process, agenda, listener);
        handedOverIndex = appliedIndex;
        committedIndex = appliedIndex;
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
            LogDisk.Entry entry = new LogDisk.Entry(disk.term, payload);
            handOver().proposed(entry, proposal);
            appendOwn(entry);
        }
    }

    @Override
    public LogStatus status() {
        boolean leads = role == Role.LEADER;
        return new LogStatus(disk.term, leaderId, leads, ready, committedIndex, disk.lastIndex());
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
    public void close() {}

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
                if (bid.term() == disk.term && role == Role.FOLLOWER) {
                    beginElection();
                }
            }
        }
    }

    private void tick() {
        if (role == Role.LEADER) {
            replication.sendToAll(committedIndex);
            giveUpAlone();
        } else if (ballot.patienceIsOver()) {
            beginElection();
        }
        guard.tick();
        process.whenRunning(HEARTBEAT_NANOS, this::tick);
    }

    /** A leader that hears nothing of a majority gives up, some time. */
    private void giveUpAlone() {
        if (replication.heardWithin(ALONE_NANOS) < majority && agenda.oneIn(8)) {
            follow(disk.term, 0);
        }
    }

    private void beginElection() {
        know(0);
        role = Role.CANDIDATE;
        ballot.stand();
        sendOthers(new RaftMessage.VoteAsked(self, disk.term, disk.lastIndex(), disk.lastTerm()));
        leadWithMajority();
    }

    private void voteAsked(RaftMessage.VoteAsked asked) {
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
        if (ballot.votes() >= majority) {
            role = Role.LEADER;
            process.trace("leads in term " + disk.term);
            replication.begin();
            know(self + 1);
            appendOwn(new LogDisk.Entry(disk.term, null));
        }
    }

    private void appendOwn(LogDisk.Entry entry) {
        disk.append(entry);
        forceLater(() -> {
            if (role == Role.LEADER) {
                commitWhatMajorityHas();
            }
        });
        replication.sendToAll(committedIndex);
    }

    private void forceLater(Runnable then) {
        long upTo = disk.lastIndex();
        LogDisk.Entry last = disk.entry(upTo);
        long forcingNanos = conditions.forceMinMillis * Agenda.MILLI
                + agenda.delayNanos(conditions.forceMaxMillis)
                + process.diskDelayNanos();
        process.whenRunning(forcingNanos, () -> {
            if (process.diskIsFull()) {
                handOver().failed("write the log", LackOfRoom.onLogDisk());
            }
            if (disk.holds(upTo, last)) {
                disk.force(upTo);
            }
            then.run();
        });
    }

    private void sendOthers(RaftMessage message) {
        for (int peer = 0; peer < peers.count(); peer++) {
            if (peer != self) {
                peers.send(self, peer, message);
            }
        }
    }

    private void append(RaftMessage.Append append) {
        heardTerm(append.term());
        if (append.term() < disk.term) {
            answer(append.from(), false, disk.lastIndex());
            return;
        }
        standBack(append.from());
        if (needsState) {
            answer(append.from(), false, disk.lastIndex());
            return;
        }
        if (!disk.joins(append.prevIndex(), append.prevTerm())) {
            answer(append.from(), false, Math.min(disk.lastIndex(), append.prevIndex() - 1));
            return;
        }
        boolean grown = disk.write(append.prevIndex(), append.entries());
        long matched = append.prevIndex() + append.entries().size();
        long term = disk.term;
        Runnable answer = () -> {
            if (disk.term == term) {
                answer(append.from(), true, matched);
                commitTo(Math.min(Math.min(append.committed(), matched), disk.forcedIndex()));
            }
        };
        if (grown || disk.forcedIndex() < matched) {
            forceLater(answer);
        } else {
            answer.run();
        }
    }

    /** From here on it takes no entries until it has started anew with the state of another member. */
    private void purged(RaftMessage.Purged purged) {
        heardTerm(purged.term());
        if (purged.term() == disk.term) {
            standBack(purged.from());
            if (!disk.joins(purged.index(), purged.indexTerm())) {
                needsState = true;
                handOver().stateNeeded(purged.from() + 1);
            } else {
                answer(purged.from(), false, disk.lastIndex());
            }
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

    private void answer(int leader, boolean matched, long index) {
        peers.send(self, leader, new RaftMessage.Appended(self, disk.term, matched, index));
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
        // made
        // durable could end behind the log that a power cut leaves.
        long majorityHas = Math.min(replication.indexOf(majority), disk.forcedIndex());
        if (majorityHas > committedIndex && disk.termAt(majorityHas) == disk.term) {
            commitTo(majorityHas);
        }
        if (!ready && committedIndex > 0 && disk.termAt(committedIndex) == disk.term) {
            ready = true;
            handOver().leaderReady(disk.term);
        }
    }

    private void commitTo(long index) {
        while (committedIndex < index) {
            committedIndex++;
            process.committed(committedIndex, disk.entry(committedIndex));
        }
        while (handedOverIndex < committedIndex) {
            handedOverIndex++;
            handOver().committed(handedOverIndex, disk.entry(handedOverIndex));
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
            for (long index = committedIndex + 1; index <= disk.lastIndex(); index++) {
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
                    ? Optional.of(new QuorumGuard.Reign(disk.term, committedIndex, List.of(voters), 0))
                    : Optional.empty();
        }

        @Override
        public ErrorCode refusal() {
            return ErrorCode.NOT_LEADER;
        }
    }

    private HandOver handOver() {
        if (handOver == null) {
            throw new IllegalStateException("a log that was not started has something to say");
        }
        return handOver;
    }
}
