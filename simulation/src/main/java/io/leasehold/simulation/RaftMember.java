package io.leasehold.simulation;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.LeadershipGuard;
import io.leasehold.raft.LogListener;
import io.leasehold.raft.LogStatus;
import io.leasehold.raft.Refusal;
import io.leasehold.raft.ReplicatedLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A small Raft of the simulation's own (Ongaro and Ousterhout, figure 2, without membership changes and snapshots): the
 * log of one process. It hands things on late, and hears late that it does not lead any more.
 */
final class RaftMember implements ReplicatedLog, LeadershipGuard {
    private static final long HEARTBEAT_NANOS = 60 * Agenda.MILLI;
    private static final long ELECTION_MIN_NANOS = 500 * Agenda.MILLI;
    private static final long CONFIRM_LIMIT_NANOS = 3 * Agenda.SECOND;
    private static final int MESSAGE_ENTRIES_LIMIT = 64;
    private static final int OVERLOADED_ONE_IN = 40;

    private final int self;
    private final Host process;
    private final Agenda agenda;
    private final LogDisk disk;
    private final Peers peers;

    private @Nullable LogListener listener;
    private Role role = Role.FOLLOWER;
    private long leaderId;
    private long committedIndex;
    private long handedOverIndex;
    private long electionNanos;
    private long lastHandOverNanos;
    private boolean ready;
    private boolean readyPlanned;
    private final Set<Integer> votes = new HashSet<>();
    private final long[] nextIndex;
    private final long[] matchIndex;
    private final long[] heardNanos;
    private final IdentityHashMap<LogDisk.Entry, Object> proposals = new IdentityHashMap<>();
    private final List<Round> rounds = new ArrayList<>();
    private long lastRound;

    private enum Role {
        FOLLOWER,
        CANDIDATE,
        LEADER
    }

    /** The process this log lives in. */
    interface Host {
        /** Does something when the process runs, unless it has crashed by then. */
        void whenRunning(long afterNanos, Runnable action);

        /** The commit index grew to this: for the observer. */
        void committed(long index, LogDisk.Entry entry);

        void trace(String what);
    }

    /** The way to the others. */
    interface Peers {
        int count();

        void send(int from, int to, Message message);
    }

    /** What members tell each other. */
    sealed interface Message {}

    record VoteAsked(int from, long term, long lastIndex, long lastTerm) implements Message {}

    record Voted(int from, long term, boolean granted) implements Message {}

    record Append(
            int from, long term, long prevIndex, long prevTerm, List<LogDisk.Entry> entries, long committed, long round)
            implements Message {}

    record Appended(int from, long term, boolean matched, long index, long round) implements Message {}

    private record Round(
            long number, long committedIndex, long begunNanos, Set<Integer> heard, ConfirmListener asker) {}

    RaftMember(int self, Host process, Agenda agenda, LogDisk disk, Peers peers) {
        this.self = self;
        this.process = process;
        this.agenda = agenda;
        this.disk = disk;
        this.peers = peers;
        nextIndex = new long[peers.count()];
        matchIndex = new long[peers.count()];
        heardNanos = new long[peers.count()];
    }

    @Override
    public void start(LogListener toTell, long appliedIndex, long appliedTerm) {
        if (disk.forcedIndex() < appliedIndex) {
            throw new PromiseBroken(
                    "log", "state at " + appliedIndex + " is ahead of the log at " + disk.forcedIndex());
        }
        listener = toTell;
        handedOverIndex = appliedIndex;
        committedIndex = appliedIndex;
        expectElection();
        tick();
    }

    @Override
    public void propose(byte[] payload, Object proposal) {
        if (role != Role.LEADER || agenda.oneIn(OVERLOADED_ONE_IN)) {
            Refusal refusal = role == Role.LEADER ? Refusal.OVERLOADED : Refusal.NOT_LEADER;
            process.whenRunning(agenda.delayNanos(100), () -> hears().refused(proposal, refusal));
            return;
        }
        LogDisk.Entry entry = new LogDisk.Entry(disk.term, payload);
        proposals.put(entry, proposal);
        appendOwn(entry);
    }

    @Override
    public LogStatus status() {
        boolean leads = role == Role.LEADER;
        return new LogStatus(disk.term, leaderId, leads, ready, committedIndex, disk.lastIndex());
    }

    @Override
    public void checkpointed(long index, long term) {}

    @Override
    public LeadershipGuard guard() {
        return this;
    }

    @Override
    public void close() {}

    boolean leads() {
        return role == Role.LEADER;
    }

    long term() {
        return disk.term;
    }

    @Override
    public void confirm(ConfirmListener asker) {
        if (!ready) {
            process.whenRunning(agenda.delayNanos(20), () -> asker.refused(ErrorCode.NOT_LEADER));
            return;
        }
        long number = ++lastRound;
        rounds.add(new Round(number, committedIndex, agenda.nowNanos(), new HashSet<>(Set.of(self)), asker));
        sendToAll();
    }

    /** Steps down of its own accord: what an operator's transfer does, but without an heir. */
    void stepDown() {
        if (role == Role.LEADER) {
            follow(disk.term, 0);
        }
    }

    void receive(Message message) {
        switch (message) {
            case VoteAsked asked -> voteAsked(asked);
            case Voted voted -> voted(voted);
            case Append append -> append(append);
            case Appended appended -> appended(appended);
        }
    }

    private void tick() {
        long now = agenda.nowNanos();
        if (role == Role.LEADER) {
            sendToAll();
            giveUpAlone(now);
            timeOutRounds(now);
        } else if (now >= electionNanos) {
            beginElection();
        }
        process.whenRunning(HEARTBEAT_NANOS, this::tick);
    }

    /** A leader that hears nothing of a majority gives up, some time. */
    private void giveUpAlone(long now) {
        int heard = 1;
        for (int peer = 0; peer < peers.count(); peer++) {
            heard += peer != self && now - heardNanos[peer] < 4 * ELECTION_MIN_NANOS ? 1 : 0;
        }
        if (!isMajority(heard) && agenda.oneIn(8)) {
            follow(disk.term, 0);
        }
    }

    private void timeOutRounds(long now) {
        while (!rounds.isEmpty() && now - rounds.getFirst().begunNanos > CONFIRM_LIMIT_NANOS) {
            rounds.removeFirst().asker.refused(ErrorCode.TIMEOUT);
        }
    }

    private void expectElection() {
        electionNanos = agenda.nowNanos() + ELECTION_MIN_NANOS + agenda.random.nextLong(ELECTION_MIN_NANOS);
    }

    private void beginElection() {
        know(0);
        role = Role.CANDIDATE;
        disk.term++;
        disk.votedFor = self;
        votes.clear();
        votes.add(self);
        expectElection();
        for (int peer = 0; peer < peers.count(); peer++) {
            if (peer != self) {
                peers.send(self, peer, new VoteAsked(self, disk.term, disk.lastIndex(), disk.lastTerm()));
            }
        }
    }

    private void voteAsked(VoteAsked asked) {
        heardTerm(asked.term);
        boolean upToDate = asked.lastTerm > disk.lastTerm()
                || (asked.lastTerm == disk.lastTerm() && asked.lastIndex >= disk.lastIndex());
        boolean free = disk.votedFor == LogDisk.NOBODY || disk.votedFor == asked.from;
        boolean granted = asked.term == disk.term && free && upToDate;
        if (granted) {
            disk.votedFor = asked.from;
            expectElection();
        }
        peers.send(self, asked.from, new Voted(self, disk.term, granted));
    }

    private void voted(Voted voted) {
        heardTerm(voted.term);
        if (role == Role.CANDIDATE && voted.granted && voted.term == disk.term) {
            votes.add(voted.from);
            if (isMajority(votes.size())) {
                lead();
            }
        }
    }

    private void lead() {
        role = Role.LEADER;
        process.trace("leads in term " + disk.term);
        Arrays.fill(nextIndex, disk.lastIndex() + 1);
        Arrays.fill(matchIndex, 0);
        Arrays.fill(heardNanos, agenda.nowNanos());
        readyPlanned = false;
        know(self + 1);
        appendOwn(new LogDisk.Entry(disk.term, null));
    }

    private void appendOwn(LogDisk.Entry entry) {
        disk.append(entry);
        forceLater(() -> {
            if (role == Role.LEADER) {
                commitWhatMajorityHas();
            }
        });
        sendToAll();
    }

    private void forceLater(Runnable then) {
        long upTo = disk.lastIndex();
        LogDisk.Entry last = disk.entry(upTo);
        process.whenRunning(agenda.delayNanos(60), () -> {
            if (disk.holds(upTo, last)) {
                disk.force(upTo);
            }
            then.run();
        });
    }

    private void sendToAll() {
        for (int peer = 0; peer < peers.count(); peer++) {
            if (peer != self) {
                long prev = nextIndex[peer] - 1;
                List<LogDisk.Entry> entries = disk.from(nextIndex[peer], MESSAGE_ENTRIES_LIMIT);
                peers.send(
                        self,
                        peer,
                        new Append(self, disk.term, prev, disk.termAt(prev), entries, committedIndex, lastRound));
            }
        }
    }

    private void append(Append append) {
        heardTerm(append.term);
        if (append.term < disk.term) {
            peers.send(self, append.from, new Appended(self, disk.term, false, disk.lastIndex(), append.round));
            return;
        }
        if (role == Role.CANDIDATE) {
            role = Role.FOLLOWER;
        }
        know(append.from + 1);
        expectElection();
        boolean joins = append.prevIndex <= disk.lastIndex() && disk.termAt(append.prevIndex) == append.prevTerm;
        if (!joins) {
            long retry = Math.min(disk.lastIndex(), append.prevIndex - 1);
            peers.send(self, append.from, new Appended(self, disk.term, false, retry, append.round));
            return;
        }
        boolean grown = write(append);
        long matched = append.prevIndex + append.entries.size();
        long term = disk.term;
        Runnable answer = () -> {
            if (disk.term == term) {
                peers.send(self, append.from, new Appended(self, term, true, matched, append.round));
                commitTo(Math.min(Math.min(append.committed, matched), disk.forcedIndex()));
            }
        };
        if (grown || disk.forcedIndex() < matched) {
            forceLater(answer);
        } else {
            answer.run();
        }
    }

    private boolean write(Append append) {
        boolean grown = false;
        long index = append.prevIndex;
        for (LogDisk.Entry entry : append.entries) {
            index++;
            if (index <= disk.lastIndex() && disk.termAt(index) != entry.term()) {
                disk.truncateBehind(index - 1);
            }
            if (index > disk.lastIndex()) {
                disk.append(entry);
                grown = true;
            }
        }
        return grown;
    }

    private void appended(Appended answer) {
        heardTerm(answer.term);
        if (role != Role.LEADER || answer.term != disk.term) {
            return;
        }
        heardNanos[answer.from] = agenda.nowNanos();
        if (answer.matched) {
            matchIndex[answer.from] = Math.max(matchIndex[answer.from], answer.index);
            nextIndex[answer.from] = Math.max(nextIndex[answer.from], answer.index + 1);
            commitWhatMajorityHas();
        } else {
            nextIndex[answer.from] =
                    Math.max(matchIndex[answer.from] + 1, Math.min(answer.index + 1, disk.lastIndex() + 1));
        }
        settleRounds(answer);
    }

    private void settleRounds(Appended answer) {
        List<Round> settled = new ArrayList<>();
        for (Round round : rounds) {
            if (round.number <= answer.round && round.heard.add(answer.from) && isMajority(round.heard.size())) {
                settled.add(round);
            }
        }
        rounds.removeAll(settled);
        long term = disk.term;
        for (Round round : settled) {
            process.whenRunning(agenda.delayNanos(60), () -> round.asker.confirmed(term, round.committedIndex));
        }
    }

    private void commitWhatMajorityHas() {
        long[] matched = matchIndex.clone();
        matched[self] = disk.forcedIndex();
        Arrays.sort(matched);
        long majority = matched[(matched.length - 1) / 2];
        if (majority > committedIndex && disk.termAt(majority) == disk.term) {
            commitTo(majority);
        }
        if (!readyPlanned && committedIndex > 0 && disk.termAt(committedIndex) == disk.term) {
            readyPlanned = true;
            ready = true;
            long term = disk.term;
            handOver(() -> hears().leaderReady(term));
        }
    }

    private void commitTo(long index) {
        while (committedIndex < index) {
            committedIndex++;
            process.committed(committedIndex, disk.entry(committedIndex));
        }
        while (handedOverIndex < committedIndex) {
            long next = ++handedOverIndex;
            LogDisk.Entry entry = disk.entry(next);
            handOver(() -> deliver(next, entry));
        }
    }

    private void deliver(long index, LogDisk.Entry entry) {
        if (entry.payload() == null) {
            hears().internal(index, entry.term());
        } else {
            ByteBuffer payload = ByteBuffer.wrap(entry.payload()).asReadOnlyBuffer();
            hears().committed(index, entry.term(), payload, proposals.remove(entry));
        }
    }

    /** In the order of asking, but late. */
    private void handOver(Runnable call) {
        lastHandOverNanos = Math.max(lastHandOverNanos, agenda.nowNanos() + agenda.delayNanos(100));
        process.whenRunning(lastHandOverNanos - agenda.nowNanos(), call);
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
            expectElection();
            rounds.forEach(round ->
                    process.whenRunning(agenda.delayNanos(100), () -> round.asker.refused(ErrorCode.NOT_LEADER)));
            rounds.clear();
            refuseUncommitted();
            process.whenRunning(agenda.delayNanos(3_000), () -> hears().leaderLost(lostTerm));
        }
    }

    private void refuseUncommitted() {
        for (long index = committedIndex + 1; index <= disk.lastIndex(); index++) {
            Object proposal = proposals.remove(disk.entry(index));
            if (proposal != null) {
                process.whenRunning(agenda.delayNanos(500), () -> hears().refused(proposal, Refusal.LEADER_CHANGED));
            }
        }
    }

    private void know(long newLeaderId) {
        if (leaderId != newLeaderId) {
            leaderId = newLeaderId;
            handOver(() -> hears().leaderChanged(newLeaderId));
        }
    }

    private boolean isMajority(int members) {
        return members > peers.count() / 2;
    }

    private LogListener hears() {
        if (listener == null) {
            throw new IllegalStateException("a log that was not started has something to say");
        }
        return listener;
    }
}
