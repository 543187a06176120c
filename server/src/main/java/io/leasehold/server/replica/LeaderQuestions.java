package io.leasehold.server.replica;

import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.LogStatus;
import io.leasehold.raft.PeerNetwork;
import io.leasehold.raft.ReplicatedLog;
import io.leasehold.server.loop.Mailbox;
import io.leasehold.server.loop.Ticker;
import io.leasehold.server.loop.TurnLoop;
import io.leasehold.server.loop.WakeUp;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What this member's clients want to know of the leader, whoever it is: up to where a linearizable read must see, whether
 * a lease is renewed, how long it has to live. Asks in batches, asks again when an answer is lost or the leader has
 * changed, and gives up at each question's deadline. All these questions may be asked twice without harm.
 *
 * <pre>
 *   ask() ──▶ waiting ──sent, or put to this member itself if it leads──▶ asked ──answer──▶ done
 *                ▲                                                          │
 *                └──────── "not leading", no answer, another leader ────────┘
 * </pre>
 *
 * <p>All reads that wait are one question. {@link #ask} and {@link #answered} are for any thread, the rest for the owning
 * one, {@code leasehold-ask}; listeners run on it.
 */
final class LeaderQuestions implements TurnLoop.Turns {
    /** Questions inside at most, as many as renewals that a keeper takes. */
    private static final int INSIDE_LIMIT = 100_000;

    /** Questions in one message: 17 bytes each. */
    private static final int MESSAGE_LIMIT = 8_192;

    /** Messages without any answer; meanwhile the next batch gathers. */
    private static final int MESSAGES_UNDER_WAY = 2;

    /** A leader that does not know itself yet is asked again after this. */
    private static final long AGAIN_NANOS = 20_000_000L;

    /** After this an answer counts as lost; etcd waits as long for a read index. */
    private static final long LOST_NANOS = 500_000_000L;

    /** Between two looks through all questions that were asked. */
    private static final long SCAN_NANOS = 10_000_000L;

    private final long memberId;
    private final ReplicatedLog log;
    private final PeerNetwork network;
    private final LeaderDesk desk;
    private final Ticker ticker;
    private final long timeoutNanos;
    private final WakeUp wakeUp = new WakeUp();
    private final Mailbox<Mail> mailbox = new Mailbox<>(INSIDE_LIMIT, wakeUp);

    private final Deque<Open> waiting = new ArrayDeque<>();
    private final Map<Long, Open> asked = new HashMap<>();
    private final Deque<Open> refused = new ArrayDeque<>();
    private long lastNumber;
    private long scannedNanos;
    /** First and last number of each message that has no answer yet, oldest first. */
    private final Deque<Message> messages = new ArrayDeque<>();

    private volatile boolean stopped;

    private record Message(long firstNumber, long lastNumber, long sentNanos) {}

    /** What comes in. */
    private sealed interface Mail {
        /** A question of a client's. */
        record New(Open question) implements Mail {}

        /** Answers of the leader's. */
        record Answered(List<PeerMessage.Answer> answers) implements Mail {}
    }

    /** A question without an answer. */
    private static final class Open {
        final PeerMessage.Kind kind;
        final long leaseId;
        /** Which page, if it is for one. */
        final ByteSequence body;

        final long deadlineNanos;
        /** Takes the reply, or null when the deadline has passed. */
        final Consumer<PeerMessage.@Nullable Reply> listener;

        long askedNanos;
        long leaderId;

        Open(
                PeerMessage.Kind kind,
                long leaseId,
                ByteSequence body,
                long deadlineNanos,
                Consumer<PeerMessage.@Nullable Reply> listener) {
            this.kind = kind;
            this.leaseId = leaseId;
            this.body = body;
            this.deadlineNanos = deadlineNanos;
            this.listener = listener;
        }
    }

    /**
     * Nothing is asked yet.
     *
     * @param firstNumber where to begin counting; far from where any earlier life of this member did, as a leader may
     *     still answer what that one asked
     */
    LeaderQuestions(
            long memberId, ReplicatedLog log, LeaderDesk desk, Ticker ticker, long timeoutNanos, long firstNumber) {
        this.memberId = memberId;
        this.log = log;
        this.network = log.network();
        this.desk = desk;
        this.ticker = ticker;
        this.timeoutNanos = timeoutNanos;
        this.lastNumber = firstNumber;
    }

    /** As {@link Replica#isLevel}. */
    void isLevel(long memberId, Executor executor, Consumer<Replica.LevelAnswer> listener) {
        ask(
                PeerMessage.Kind.LEVEL,
                memberId,
                reply -> {
                    boolean level = reply instanceof PeerMessage.Reply.Level known && known.level();
                    executor.execute(() -> listener.accept(new Replica.LevelAnswer.Known(level)));
                },
                code -> executor.execute(() -> listener.accept(new Replica.LevelAnswer.Failed(code))));
    }

    /**
     * Asks the leader.
     *
     * @param leaseId 0 when the question is not about a lease
     * @param answered takes the reply, which is never {@link PeerMessage.Reply.NotLeading}
     * @param failed takes the reason when there is none in time
     */
    void ask(PeerMessage.Kind kind, long leaseId, Consumer<PeerMessage.Reply> answered, Consumer<ErrorCode> failed) {
        ask(kind, leaseId, ByteSequence.EMPTY, answered, failed);
    }

    /** Asks the leader for a page of the list of leases; takes it, or the reason why there is none in time. */
    void askPage(ByteSequence question, Consumer<ByteSequence> answered, Consumer<ErrorCode> failed) {
        ask(
                PeerMessage.Kind.PAGE,
                0,
                question,
                reply -> {
                    if (reply instanceof PeerMessage.Reply.Page given) {
                        answered.accept(given.page());
                    } else {
                        throw new IllegalStateException("a question for a page was answered with " + reply);
                    }
                },
                failed);
    }

    /** Sets who makes the pages that this member is asked for while it leads. */
    void servePages(LeaseDirectory.PageSource source) {
        desk.servePages(source);
    }

    private void ask(
            PeerMessage.Kind kind,
            long leaseId,
            ByteSequence body,
            Consumer<PeerMessage.Reply> answered,
            Consumer<ErrorCode> failed) {
        Open question = new Open(kind, leaseId, body, ticker.nanos() + timeoutNanos, reply -> {
            if (reply == null) {
                failed.accept(timeout(kind));
            } else if (reply instanceof PeerMessage.Reply.Overloaded) {
                failed.accept(ErrorCode.TOO_MANY_REQUESTS);
            } else {
                answered.accept(reply);
            }
        });
        if (stopped) {
            failed.accept(ErrorCode.STOPPED);
        } else if (!mailbox.offer(new Mail.New(question))) {
            failed.accept(ErrorCode.TOO_MANY_REQUESTS);
        }
    }

    /** Takes answers of the leader's. */
    void answered(List<PeerMessage.Answer> answers) {
        mailbox.force(new Mail.Answered(answers));
    }

    /** Another leader is known, or none: what was asked is asked again. */
    void leaderChanged() {
        wakeUp.signal();
    }

    @Override
    public boolean turn() {
        for (Mail mail = mailbox.poll(); mail != null; mail = mailbox.poll()) {
            switch (mail) {
                case Mail.New added -> waiting.add(added.question());
                case Mail.Answered come -> come.answers().forEach(this::take);
            }
        }
        long nowNanos = ticker.nanos();
        LogStatus status = log.status();
        askAgain(nowNanos, status.leaderId());
        giveUp(nowNanos);
        if (status.leaderId() != 0) {
            send(status.leaderId(), nowNanos);
        }
        return false;
    }

    @Override
    public void sleep(long nanos) {
        wakeUp.sleep(waiting.isEmpty() && refused.isEmpty() ? nanos : Math.min(nanos, AGAIN_NANOS / 2));
    }

    /** Fails what waits: the member stops. When the loop has ended. */
    void refuseAll() {
        stopped = true;
        for (Mail mail = mailbox.poll(); mail != null; mail = mailbox.poll()) {
            if (mail instanceof Mail.New added) {
                waiting.add(added.question());
            }
        }
        waiting.addAll(asked.values());
        waiting.addAll(refused);
        waiting.forEach(question -> question.listener.accept(null));
        waiting.clear();
        asked.clear();
        refused.clear();
    }

    private void take(PeerMessage.Answer answer) {
        messages.removeIf(
                message -> message.firstNumber() <= answer.number() && answer.number() <= message.lastNumber());
        Open question = asked.remove(answer.number());
        if (question == null) {
            return;
        }
        if (answer.reply() instanceof PeerMessage.Reply.NotLeading) {
            refused.add(question);
        } else {
            question.listener.accept(answer.reply());
        }
    }

    /** Lets what got no answer wait once more. */
    private void askAgain(long nowNanos, long leaderId) {
        for (Open question = refused.peek(); question != null; question = refused.peek()) {
            if (nowNanos - question.askedNanos < AGAIN_NANOS) {
                break;
            }
            waiting.add(refused.remove());
        }
        messages.removeIf(message -> nowNanos - message.sentNanos() >= AGAIN_NANOS);
        if (asked.isEmpty() || nowNanos - scannedNanos < SCAN_NANOS) {
            return;
        }
        scannedNanos = nowNanos;
        for (Iterator<Open> each = asked.values().iterator(); each.hasNext(); ) {
            Open question = each.next();
            if (question.leaderId != leaderId || nowNanos - question.askedNanos >= LOST_NANOS) {
                each.remove();
                waiting.add(question);
            }
        }
    }

    private void giveUp(long nowNanos) {
        waiting.removeIf(question -> {
            boolean late = nowNanos - question.deadlineNanos >= 0;
            if (late) {
                question.listener.accept(null);
            }
            return late;
        });
    }

    private void send(long leaderId, long nowNanos) {
        while (!waiting.isEmpty() && messages.size() < MESSAGES_UNDER_WAY) {
            List<PeerMessage.Question> batch = new ArrayList<>();
            long firstNumber = lastNumber + 1;
            while (!waiting.isEmpty() && batch.size() < MESSAGE_LIMIT) {
                Open question = waiting.remove();
                question.askedNanos = nowNanos;
                question.leaderId = leaderId;
                asked.put(++lastNumber, question);
                if (question.kind == PeerMessage.Kind.PAGE) {
                    sendPage(leaderId, lastNumber, question.body);
                    continue;
                }
                batch.add(new PeerMessage.Question(lastNumber, question.kind, question.leaseId));
            }
            if (batch.isEmpty()) {
                return;
            }
            messages.add(new Message(firstNumber, lastNumber, nowNanos));
            if (leaderId == memberId) {
                desk.answer(batch, answer -> answered(List.of(answer)), () -> {});
            } else {
                network.send(leaderId, PeerMessageCodec.encode(new PeerMessage.Ask(batch)));
            }
        }
    }

    private void sendPage(long leaderId, long number, ByteSequence question) {
        if (leaderId == memberId) {
            desk.page(question, reply -> answered(List.of(new PeerMessage.Answer(number, reply))));
        } else {
            network.send(leaderId, PeerMessageCodec.encode(new PeerMessage.AskPage(number, question)));
        }
    }

    private ErrorCode timeout(PeerMessage.Kind kind) {
        if (stopped) {
            return ErrorCode.STOPPED;
        }
        boolean aboutLease = kind != PeerMessage.Kind.READ;
        return aboutLease && log.status().leaderId() == 0 ? ErrorCode.NO_LEADER : ErrorCode.TIMEOUT;
    }
}
