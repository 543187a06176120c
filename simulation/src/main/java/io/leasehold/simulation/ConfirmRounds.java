package io.leasehold.simulation;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.LeadershipGuard.ConfirmListener;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The rounds by which a leader finds out that it still leads: each has a number, each message to the others carries the
 * newest one, and whoever answers a message has answered all rounds begun before it was sent.
 */
final class ConfirmRounds {
    private static final long LIMIT_NANOS = 3 * Agenda.SECOND;

    private final int self;
    private final RaftMember.Host process;
    private final Agenda agenda;
    private final int majority;
    private final List<Round> rounds = new ArrayList<>();
    private long lastRound;

    private record Round(
            long number, long committedIndex, long begunNanos, Set<Integer> heard, ConfirmListener asker) {}

    ConfirmRounds(int self, RaftMember.Host process, Agenda agenda, int majority) {
        this.self = self;
        this.process = process;
        this.agenda = agenda;
        this.majority = majority;
    }

    /** The number that messages carry from now on. */
    long lastRound() {
        return lastRound;
    }

    /** Begins a round; the caller sends messages. A sole voter has its answer at once, as with the real guard. */
    void begin(long term, long committedIndex, ConfirmListener asker) {
        if (majority == 1) {
            asker.confirmed(term, committedIndex);
            return;
        }
        long number = ++lastRound;
        rounds.add(new Round(number, committedIndex, agenda.nowNanos(), new HashSet<>(Set.of(self)), asker));
    }

    void answered(long term, int from, long round) {
        List<Round> settled = new ArrayList<>();
        for (Round open : rounds) {
            if (open.number <= round && open.heard.add(from) && open.heard.size() >= majority) {
                settled.add(open);
            }
        }
        rounds.removeAll(settled);
        for (Round one : settled) {
            process.whenRunning(agenda.delayNanos(60), () -> one.asker.confirmed(term, one.committedIndex));
        }
    }

    void timeOut() {
        while (!rounds.isEmpty() && agenda.nowNanos() - rounds.getFirst().begunNanos > LIMIT_NANOS) {
            rounds.removeFirst().asker.refused(ErrorCode.TIMEOUT);
        }
    }

    /** The member leads no more. */
    void refuseAll() {
        rounds.forEach(
                round -> process.whenRunning(agenda.delayNanos(100), () -> round.asker.refused(ErrorCode.NOT_LEADER)));
        rounds.clear();
    }
}
