package io.leasehold.server.replica;

import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.LeadershipGuard;
import io.leasehold.server.loop.Mailbox;
import io.leasehold.server.loop.Ticker;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What a member answers without writing to the log: reads that hold all that was acknowledged, and everything about the
 * time of leases. On the leader by itself, elsewhere by asking the leader. Any thread; nothing blocks.
 */
final class ReplicaReads {
    private final LeadershipGuard guard;
    private final LeaderQuestions questions;
    private final LeaseDesk leases;
    private final Applier applier;
    private final Mailbox<ApplierTask> mailbox;
    private final BooleanSupplier serving;
    private final ReplicaMeasures measures;
    private final Ticker ticker;

    /** {@code serving}: whether this member leads and knows the leases' times. */
    ReplicaReads(
            LeadershipGuard guard,
            LeaderQuestions questions,
            LeaseDesk leases,
            Applier applier,
            Mailbox<ApplierTask> mailbox,
            BooleanSupplier serving,
            ReplicaMeasures measures,
            Ticker ticker) {
        this.ticker = ticker;
        this.measures = measures;
        this.guard = guard;
        this.questions = questions;
        this.leases = leases;
        this.applier = applier;
        this.mailbox = mailbox;
        this.serving = serving;
    }

    /** See {@link Replica#linearizable}. */
    void linearizable(Executor executor, Consumer<ReadPoint> listener) {
        guard.confirm(new LeadershipGuard.ConfirmListener() {
            @Override
            public void confirmed(long term, long committedIndex) {
                readAt(committedIndex, executor, listener);
            }

            @Override
            public void refused(ErrorCode code) {
                if (code == ErrorCode.STOPPED) {
                    executor.execute(() -> listener.accept(new ReadPoint.Failed(code)));
                } else {
                    askWhereToRead(executor, listener);
                }
            }
        });
    }

    /** For a member that does not lead, or cannot prove it. */
    private void askWhereToRead(Executor executor, Consumer<ReadPoint> listener) {
        long startNanos = ticker.nanos();
        questions.ask(
                PeerMessage.Kind.READ,
                0,
                reply -> {
                    measures.readPointTook(ticker.nanos() - startNanos);
                    if (reply instanceof PeerMessage.Reply.ReadAt read) {
                        readAt(read.index(), executor, point -> executor.execute(() -> listener.accept(point)));
                    } else {
                        throw new IllegalStateException("a read was answered with " + reply);
                    }
                },
                code -> {
                    measures.readPointTook(ticker.nanos() - startNanos);
                    measures.readFailed();
                    executor.execute(() -> listener.accept(new ReadPoint.Failed(code)));
                });
    }

    private void readAt(long index, Executor executor, Consumer<ReadPoint> listener) {
        AppliedState state = applier.applied();
        if (state.index() >= index) {
            listener.accept(new ReadPoint.Ready(state.snapshot()));
        } else if (!mailbox.offer(new ApplierTask.AwaitIndex(index, executor, listener))) {
            executor.execute(() -> listener.accept(new ReadPoint.Failed(ErrorCode.TOO_MANY_REQUESTS)));
        }
    }

    /** See {@link Replica#renew}. */
    void renew(long leaseId, Executor executor, Consumer<Renewal> listener) {
        if (serving.getAsBoolean()) {
            leases.renew(leaseId, executor, renewal -> {
                if (renewal instanceof Renewal.Failed failed && leadsNoMore(failed.code())) {
                    renewAtLeader(leaseId, executor, listener);
                } else {
                    listener.accept(renewal);
                }
            });
        } else {
            renewAtLeader(leaseId, executor, listener);
        }
    }

    /** A renewal may be asked for twice, so it looks for the leader until its time is up. */
    private void renewAtLeader(long leaseId, Executor executor, Consumer<Renewal> listener) {
        long revision = applier.applied().snapshot().revision();
        questions.ask(
                PeerMessage.Kind.RENEW,
                leaseId,
                reply -> {
                    if (reply instanceof PeerMessage.Reply.Renewed renewed) {
                        executor.execute(() -> listener.accept(new Renewal.Answered(revision, renewed.ttlMillis())));
                    } else {
                        throw new IllegalStateException("a renewal was answered with " + reply);
                    }
                },
                code -> executor.execute(() -> listener.accept(new Renewal.Failed(code))));
    }

    private static boolean leadsNoMore(ErrorCode code) {
        return switch (code) {
            case NOT_PRIMARY_LESSOR, NOT_LEADER, NO_LEADER, LEADER_CHANGED, TIMEOUT -> true;
            default -> false;
        };
    }

    /** See {@link Replica#timeToLive}. */
    void timeToLive(long leaseId, boolean keys, Executor executor, Consumer<TimeToLive> listener) {
        linearizable(PendingCommands.AT_ONCE, point -> {
            switch (point) {
                case ReadPoint.Ready ready -> {
                    if (serving.getAsBoolean()) {
                        leases.timeToLive(leaseId, keys, executor, listener);
                    } else {
                        askTimeToLive(leaseId, keys, executor, listener);
                    }
                }
                case ReadPoint.Failed failed ->
                    executor.execute(() -> listener.accept(new TimeToLive.Failed(failed.code())));
            }
        });
    }

    private void askTimeToLive(long leaseId, boolean keys, Executor executor, Consumer<TimeToLive> listener) {
        questions.ask(
                PeerMessage.Kind.REMAINING,
                leaseId,
                reply -> {
                    switch (reply) {
                        case PeerMessage.Reply.Remaining left ->
                            leases.known(
                                    leaseId, left.remainingSeconds(), left.grantedSeconds(), keys, executor, listener);
                        case PeerMessage.Reply.UnknownLease unknown -> {
                            long revision = applier.applied().snapshot().revision();
                            executor.execute(() -> listener.accept(new TimeToLive.Unknown(revision)));
                        }
                        default -> throw new IllegalStateException("a question for a lease was answered with " + reply);
                    }
                },
                code -> executor.execute(() -> listener.accept(new TimeToLive.Failed(code))));
    }

    /** See {@link Replica#leaseDirectory}. */
    LeaseDirectory leaseDirectory() {
        return new LeaseDirectory() {
            @Override
            public void listing(Executor executor, Consumer<Times> listener) {
                linearizable(PendingCommands.AT_ONCE, point -> {
                    switch (point) {
                        case ReadPoint.Ready ready -> leases.listing(executor, listener);
                        case ReadPoint.Failed failed ->
                            executor.execute(() -> listener.accept(new Times.Failed(failed.code())));
                    }
                });
            }

            @Override
            public void keys(List<Long> ids, int keysLimit, Executor executor, Consumer<Keys> listener) {
                leases.keys(ids, keysLimit, executor, listener);
            }

            @Override
            public void pageOfLeader(ByteSequence question, Executor executor, Consumer<Page> listener) {
                questions.askPage(
                        question,
                        page -> executor.execute(() -> listener.accept(new Page.Given(page))),
                        code -> executor.execute(() -> listener.accept(new Page.Failed(code))));
            }

            @Override
            public void servePages(PageSource source) {
                questions.servePages(source);
            }

            @Override
            public LeaseFeed.Subscription subscribe(Executor executor, LeaseFeed.Subscriber subscriber) {
                return leases.subscribe(executor, subscriber);
            }
        };
    }
}
