package io.leasehold.server.replica;

import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.LeadershipGuard;
import io.leasehold.raft.PeerNetwork;
import io.leasehold.server.replica.lease.LeaseKeeper;
import io.leasehold.server.replica.lease.LeaseRemaining;
import io.leasehold.server.replica.lease.LeaseRenewal;
import io.leasehold.statemachine.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

/**
 * Where a leader answers the other members: commands they have from their clients, renewals, questions about leases and
 * about what a read must see. It does nothing by itself: it puts commands into the lanes, asks the LeaseKeeper and the
 * guard, and sends the answers of one turn together.
 *
 * <p>Any thread; on a member that does not lead everything is refused, for the asking one to look for the leader.
 */
final class LeaderDesk {
    private final PeerNetwork network;
    private final Lanes lanes;
    private final PendingCommands pending;
    private final LeadershipGuard guard;
    private final LeaseKeeper keeper;
    /** Whether a member has nearly all that this one, the leader, has. */
    private final LongPredicate level;

    private volatile LeaseDirectory.PageSource pages = (question, listener) -> listener.accept(Optional.empty());
    private final Map<Long, AnswersTo> answers = new ConcurrentHashMap<>();

    LeaderDesk(
            PeerNetwork network,
            Lanes lanes,
            PendingCommands pending,
            LeadershipGuard guard,
            LeaseKeeper keeper,
            LongPredicate level) {
        this.level = level;
        this.network = network;
        this.lanes = lanes;
        this.pending = pending;
        this.guard = guard;
        this.keeper = keeper;
    }

    /** Answers gathered for one member until they are sent. */
    private final class AnswersTo {
        private final long memberId;
        private final ConcurrentLinkedQueue<PeerMessage.Answer> gathered = new ConcurrentLinkedQueue<>();

        AnswersTo(long memberId) {
            this.memberId = memberId;
        }

        void send() {
            List<PeerMessage.Answer> whole = new ArrayList<>();
            for (PeerMessage.Answer next = gathered.poll(); next != null; next = gathered.poll()) {
                whole.add(next);
            }
            if (!whole.isEmpty()) {
                network.send(memberId, PeerMessageCodec.encode(new PeerMessage.Answers(whole)));
            }
        }
    }

    /** Takes commands that another member has from its clients. */
    void take(long from, PeerMessage.Forward forward) {
        for (int i = 0; i < forward.proposals().size(); i++) {
            long sequence = forward.sequences().get(i);
            lanes.offer(pending.forwarded(
                    forward.proposals().get(i),
                    new Origin(from, sequence),
                    outcome -> refuse(from, sequence, outcome)));
        }
    }

    private void refuse(long from, long sequence, Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused) {
            network.send(from, PeerMessageCodec.encode(new PeerMessage.Refused(sequence, refused.code())));
        }
    }

    /** Takes questions of another member. */
    void ask(long from, PeerMessage.Ask ask) {
        AnswersTo to = answers.computeIfAbsent(from, AnswersTo::new);
        answer(ask.questions(), to.gathered::add, to::send);
    }

    /** Sets who makes pages of the list of leases. */
    void servePages(LeaseDirectory.PageSource source) {
        pages = source;
    }

    /** Takes a question of another member for a page. */
    void askPage(long from, PeerMessage.AskPage ask) {
        page(ask.question(), reply -> {
            PeerMessage answer = reply instanceof PeerMessage.Reply.Page given
                    ? new PeerMessage.GivePage(ask.number(), given.page())
                    : new PeerMessage.Answers(List.of(new PeerMessage.Answer(ask.number(), reply)));
            network.send(from, PeerMessageCodec.encode(answer));
        });
    }

    /** Answers a question for a page, on any thread. */
    void page(ByteSequence question, Consumer<PeerMessage.Reply> listener) {
        pages.page(
                question,
                page -> listener.accept(page.<PeerMessage.Reply>map(PeerMessage.Reply.Page::new)
                        .orElseGet(PeerMessage.Reply.NotLeading::new)));
    }

    /** Sends the answers that a turn of the keeper has made. Keeper's thread, after each turn. */
    void flush() {
        answers.values().forEach(AnswersTo::send);
    }

    /**
     * Answers questions, of this member too.
     *
     * @param listener takes each answer, on any thread
     * @param sendNow called when answers are there that no turn of the keeper will send
     */
    void answer(List<PeerMessage.Question> questions, Consumer<PeerMessage.Answer> listener, Runnable sendNow) {
        List<PeerMessage.Question> guarded = new ArrayList<>();
        for (PeerMessage.Question question : questions) {
            switch (question.kind()) {
                case READ, REMAINING, LEVEL -> guarded.add(question);
                case PAGE -> throw new IllegalStateException("a question for a page among others");
                case RENEW ->
                    keeper.renew(question.leaseId(), renewal -> {
                        listener.accept(new PeerMessage.Answer(question.number(), reply(renewal)));
                        if (renewal instanceof LeaseRenewal.Failed) {
                            // It may not come in a turn.
                            sendNow.run();
                        }
                    });
            }
        }
        if (!guarded.isEmpty()) {
            guard.confirm(new Confirmed(guarded, listener, sendNow));
        }
    }

    /** Answers what stands on a proof of leadership. */
    private final class Confirmed implements LeadershipGuard.ConfirmListener {
        private final List<PeerMessage.Question> questions;
        private final Consumer<PeerMessage.Answer> listener;
        private final Runnable sendNow;

        Confirmed(List<PeerMessage.Question> questions, Consumer<PeerMessage.Answer> listener, Runnable sendNow) {
            this.questions = questions;
            this.listener = listener;
            this.sendNow = sendNow;
        }

        @Override
        public void confirmed(long term, long committedIndex) {
            for (PeerMessage.Question question : questions) {
                switch (question.kind()) {
                    case READ -> answer(question, new PeerMessage.Reply.ReadAt(committedIndex));
                    case LEVEL -> answer(question, new PeerMessage.Reply.Level(level.test(question.leaseId())));
                    case REMAINING ->
                        keeper.remaining(question.leaseId(), remaining -> answer(question, reply(remaining)));
                    case RENEW, PAGE -> throw new IllegalStateException(question + " among guarded questions");
                }
            }
            sendNow.run();
        }

        private void answer(PeerMessage.Question question, PeerMessage.Reply reply) {
            listener.accept(new PeerMessage.Answer(question.number(), reply));
        }

        @Override
        public void refused(ErrorCode code) {
            for (PeerMessage.Question question : questions) {
                listener.accept(new PeerMessage.Answer(question.number(), new PeerMessage.Reply.NotLeading()));
            }
            sendNow.run();
        }
    }

    private static PeerMessage.Reply reply(LeaseRenewal renewal) {
        return switch (renewal) {
            case LeaseRenewal.Renewed renewed -> new PeerMessage.Reply.Renewed(renewed.ttlMillis());
            case LeaseRenewal.NotFound notFound -> new PeerMessage.Reply.Renewed(0);
            case LeaseRenewal.Failed failed ->
                failed.code() == ErrorCode.TOO_MANY_REQUESTS
                        ? new PeerMessage.Reply.Overloaded()
                        : new PeerMessage.Reply.NotLeading();
        };
    }

    private static PeerMessage.Reply reply(LeaseRemaining remaining) {
        return switch (remaining) {
            case LeaseRemaining.Known known ->
                new PeerMessage.Reply.Remaining(known.remainingSeconds(), known.grantedSeconds());
            case LeaseRemaining.Unknown unknown -> new PeerMessage.Reply.UnknownLease();
            case LeaseRemaining.NotLeading notLeading -> new PeerMessage.Reply.NotLeading();
        };
    }
}
