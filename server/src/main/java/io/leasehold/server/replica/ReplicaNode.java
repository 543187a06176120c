package io.leasehold.server.replica;

import io.leasehold.lease.LeaseClock;
import io.leasehold.mvcc.StoreCorruptedException;
import io.leasehold.mvcc.StoreSnapshot;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.PeerNetwork;
import io.leasehold.raft.ReplicatedLog;
import io.leasehold.server.loop.FatalHandler;
import io.leasehold.server.loop.Mailbox;
import io.leasehold.server.loop.Ticker;
import io.leasehold.server.loop.TurnLoop;
import io.leasehold.server.loop.WakeUp;
import io.leasehold.server.replica.lease.LeaseKeeper;
import io.leasehold.server.replica.lease.LeaseKeeperSettings;
import io.leasehold.server.replica.lease.LeaseStats;
import io.leasehold.server.replica.lease.LeaseSurroundings;
import io.leasehold.server.watch.WatchDispatcher;
import io.leasehold.server.watch.WatchSettings;
import io.leasehold.statemachine.ActiveAlarm;
import io.leasehold.statemachine.AlarmType;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.EntryCodec;
import io.leasehold.statemachine.MemberCommand;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.Proposal;
import io.leasehold.statemachine.StateImage;
import io.leasehold.statemachine.StateMachine;
import io.leasehold.statemachine.TokenChange;
import io.leasehold.statemachine.auth.AuthState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running replica: the owners of its state, their threads, and the queues between them.
 *
 * <pre>
 *   services ──propose──► Proposer ──entry──► ReplicatedLog ──committed──► Applier ──events──► WatchDispatcher
 *      │                     ▲                                               │ └────leases───► LeaseKeeper
 *      └──renew──► LeaseKeeper ──expire, checkpoint, clear──┘◄──answers──────┘
 * </pre>
 */
public final class ReplicaNode implements Replica, AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(ReplicaNode.class);

    /** Tasks waiting for the Applier before the log is held up: some thousand entries of a replay. */
    private static final int APPLIER_MAILBOX_LIMIT = 4_096;

    /** How long a stopping member lets commands finish that have come in already. */
    private static final long DRAIN_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final ReplicaSettings settings;
    private final StateMachine machine;
    private final ReplicatedLog log;
    private final FatalHandler fatal;
    private final PendingCommands pending;
    private final Lanes lanes;
    private final Mailbox<ApplierTask> mailbox;
    private final Proposer proposer;
    private final SpaceAlarm spaceAlarm;
    private final AppliedFanOut fanOut;
    private final Applier applier;
    private final Checkpointer checkpointer;
    private final Rewriter rewriter;
    private final DelayLog delays = new DelayLog();
    private final ReplicaMeasures measures = new ReplicaMeasures();
    private final LeaseKeeper keeper;
    private final LeaseDesk leases;
    private final LeaderDesk desk;
    private final LeaderQuestions questions;
    private final ReplicaReads reads;
    private final MemberFollower members;
    private final StateExchange states;
    private final Publication publication;

    private final WatchDispatcher watches;
    private final WakeUp watchWakeUp = new WakeUp();
    private final Ticker ticker;
    private final OwnerThreads threads;

    /**
     * A replica of an opened state machine and a log that is not started yet; both are the replica's from here on.
     *
     * @param clock the lease clock that {@code machine} was opened with
     * @param random jitter of periodic watch progress
     */
    public ReplicaNode(
            ReplicaSettings settings,
            WatchSettings watchSettings,
            StateMachine machine,
            ReplicatedLog log,
            LeaseClock clock,
            Ticker ticker,
            RandomGenerator random,
            FatalHandler fatal) {
        this(settings, watchSettings, machine, log, clock, ticker, random, fatal, Checkpointer.newThread());
    }

    /** As the other one, but checkpoints are made on {@code checkpointThread}, one task after the other. */
    public ReplicaNode(
            ReplicaSettings settings,
            WatchSettings watchSettings,
            StateMachine machine,
            ReplicatedLog log,
            LeaseClock clock,
            Ticker ticker,
            RandomGenerator random,
            FatalHandler fatal,
            ExecutorService checkpointThread) {
        this.settings = settings;
        this.machine = machine;
        this.log = log;
        this.ticker = ticker;
        this.fatal = fatal;
        this.threads = new OwnerThreads(fatal);
        ProposerLimits limits =
                ProposerLimits.forElectionTimeout(settings.electionTimeout().toNanos());
        this.pending = new PendingCommands(ticker, limits.timeoutNanos());
        this.lanes = new Lanes(new WakeUp(), limits.waitingCommands());
        this.publication = new Publication(settings, lanes, pending);
        WakeUp applierWakeUp = new WakeUp();
        this.mailbox = new Mailbox<>(APPLIER_MAILBOX_LIMIT, applierWakeUp);
        this.keeper = new LeaseKeeper(
                new LeaseSurroundings(log.guard(), new LoggedLeaseProposals(lanes, pending), this::whenApplied),
                new LeaseKeeperSettings(settings.electionTimeout()),
                clock,
                ticker);
        this.desk = new LeaderDesk(log.network(), lanes, pending, log.guard(), keeper, log.membership()::isLevel);
        this.questions = new LeaderQuestions(
                settings.memberId(), log, desk, ticker, limits.timeoutNanos(), random.nextLong(Long.MAX_VALUE / 2));
        ForwardedCommands forwarded =
                new ForwardedCommands(settings.memberId(), log.network(), lanes, random.nextLong());
        log.network().listen(PeerNetwork.Topic.REQUESTS, new PeerRequests(desk, forwarded, questions));
        this.proposer = new Proposer(log, new KeeperMarks(keeper), forwarded, lanes, limits, ticker);
        this.watches = new WatchDispatcher(watchSettings, machine.snapshot(), random, watchWakeUp::signal);
        this.checkpointer = new Checkpointer(
                log, mailbox, fatal, settings.snapshotEntries(), checkpointThread, ticker, measures.checkpoints());
        this.states = new StateExchange(log, mailbox, checkpointer, ticker, publication::makeWay);
        this.rewriter = new Rewriter(mailbox, new Scrubbing(this::snapshot, this::damaged, ticker));
        LeaseFeed leaseFeed = new LeaseFeed();
        this.members = new MemberFollower(machine, log, settings);
        this.spaceAlarm = new SpaceAlarm(settings, lanes, pending, machine);
        this.fanOut =
                new AppliedFanOut(settings, proposer, lanes, pending, keeper, watches, leaseFeed, members, spaceAlarm);
        this.applier = new Applier(
                machine,
                mailbox,
                applierWakeUp,
                fanOut,
                checkpointer,
                new Housekeeping(machine, rewriter, checkpointer, ticker, measures),
                forwarded,
                clock,
                ticker,
                delays,
                measures.applied());
        this.leases = new LeaseDesk(keeper, applier, mailbox, leaseFeed);
        this.reads =
                new ReplicaReads(log.guard(), questions, leases, applier, mailbox, fanOut::serving, measures, ticker);
        measures.follow(log);
    }

    /** Starts the threads and the log. Throws what the log throws when it cannot start; then nothing is left running. */
    public void start() {
        threads.start("leasehold-apply", applierTurns());
        threads.start("leasehold-watch", watchTurns());
        threads.start("leasehold-lease-keeper", keeperTurns(), LeaseKeeper.IDLE_NANOS);
        threads.start("leasehold-propose", proposerTurns());
        threads.start("leasehold-ask", questions);
        threads.start("leasehold-rewrite", rewriter);
        try {
            startLog();
        } catch (RuntimeException e) {
            stopLoops();
            throw e;
        }
    }

    void startLog() {
        LeaderLines lines =
                new LeaderLines(settings.memberId(), () -> log.status().term());
        log.start(
                new LogEvents(proposer, mailbox, keeper, questions, this::fetchState, fatal, measures, lines),
                machine.appliedIndex(),
                machine.appliedTerm());
        publication.begin();
    }

    /**
     * Lets this member fetch the state of another one when it needs to, and others its own. Before the start; without it a
     * member that is too far behind for the log stays there.
     *
     * @param given where states lie that others fetch
     * @param fetchedInto where a fetched one is put
     */
    public void exchangeStates(Path given, Path fetchedInto, StateAcceptance acceptance) {
        exchangeStates(given, fetchedInto, acceptance, StateSource.newThread());
    }

    /** As the other one, but the files of states that others fetch are read on {@code sourceThread}. */
    public void exchangeStates(Path given, Path fetchedInto, StateAcceptance acceptance, ExecutorService sourceThread) {
        states.open(given, fetchedInto, acceptance, sourceThread);
    }

    /** Completes when a state was fetched: this replica is to be closed, and opened again with that one. */
    public CompletableFuture<Void> fetched() {
        return states.fetched();
    }

    /** Completes when this member was removed from the cluster. */
    public CompletableFuture<Void> removed() {
        return members.removed();
    }

    private void fetchState() {
        if (threads.running()) {
            states.fetch(fatal);
        } else {
            states.fetchInTurns();
        }
    }

    @Override
    public Optional<ErrorCode> admit(MemberCommand change) {
        if (!settings.strictReconfiguration()) {
            return Optional.empty();
        }
        return new Reconfiguration(
                        settings.memberId(), machine.members(), log.network().contacts())
                .refusal(change);
    }

    @Override
    public void isLevel(long memberId, Executor executor, Consumer<LevelAnswer> listener) {
        questions.isLevel(memberId, executor, listener);
    }

    @Override
    public void moveLeader(long memberId, Executor executor, Consumer<Boolean> listener) {
        log.membership()
                .transferTo(
                        memberId, settings.electionTimeout(), done -> executor.execute(() -> listener.accept(done)));
    }

    TurnLoop.Turns questionTurns() {
        return questions;
    }

    TurnLoop.Turns applierTurns() {
        return applier;
    }

    TurnLoop.Turns proposerTurns() {
        return proposer;
    }

    TurnLoop.Turns keeperTurns() {
        return new KeeperTurns(keeper, leases, desk, ticker, delays);
    }

    TurnLoop.Turns rewriterTurns() {
        return rewriter;
    }

    Optional<TurnLoop.Turns> fetchTurns() {
        return states.fetchTurns();
    }

    TurnLoop.Turns watchTurns() {
        return new WatchTurns(watches, watchWakeUp, ticker);
    }

    /**
     * Waits until this member has made itself known through the log, and so can answer everything, at most {@code nanos}.
     *
     * @return whether it does; false also when the waiting thread was interrupted
     */
    public boolean awaitServing(long nanos) {
        return publication.await(nanos);
    }

    @Override
    public Optional<ErrorCode> admit(Command command) {
        return machine.admit(command);
    }

    @Override
    public void whenAlarmed(Executor executor, Runnable then) {
        spaceAlarm.whenOn(() -> executor.execute(then));
    }

    @Override
    public void propose(Proposal proposal, Executor executor, Consumer<Outcome> listener) {
        PendingCommand pendingCommand = pending.of(proposal, executor, listener);
        if (EntryCodec.encodedLength(pendingCommand.proposal) > settings.maxRequestBytes()) {
            pendingCommand.refuse(ErrorCode.REQUEST_TOO_LARGE);
        } else {
            lanes.offer(pendingCommand);
        }
    }

    @Override
    public AuthState auth() {
        return machine.auth();
    }

    @Override
    public void followTokens(Consumer<List<TokenChange>> follower) {
        fanOut.followTokens(follower);
    }

    @Override
    public void mayWriteKeysOf(long leaseId, String userName, Executor executor, Consumer<Boolean> listener) {
        // Renewals of one stream are bounded, so the mailbox is; to drop one would stall its stream.
        mailbox.force(new ApplierTask.Query(machine -> {
            boolean allowed = machine.mayWriteKeysOf(userName, leaseId);
            executor.execute(() -> listener.accept(allowed));
        }));
    }

    /** For the keeper: its mailbox has got everything up to the index by then, as the Applier fans out before it answers. */
    private void whenApplied(long index, Runnable then) {
        mailbox.force(new ApplierTask.AwaitIndex(index, PendingCommands.AT_ONCE, point -> then.run()));
    }

    @Override
    public StoreSnapshot snapshot() {
        return applier.applied().snapshot();
    }

    @Override
    public void linearizable(Executor executor, Consumer<ReadPoint> listener) {
        reads.linearizable(executor, listener);
    }

    @Override
    public void renew(long leaseId, Executor executor, Consumer<Renewal> listener) {
        reads.renew(leaseId, executor, listener);
    }

    @Override
    public void timeToLive(long leaseId, boolean keys, Executor executor, Consumer<TimeToLive> listener) {
        reads.timeToLive(leaseId, keys, executor, listener);
    }

    @Override
    public LeaseDirectory leaseDirectory() {
        return reads.leaseDirectory();
    }

    @Override
    public void leases(Executor executor, Consumer<LeaseList> listener) {
        leases.leases(executor, listener);
    }

    @Override
    public void image(Executor executor, Consumer<Optional<StateImage>> listener) {
        boolean taken = mailbox.offer(new ApplierTask.Query(machine -> {
            StateImage image = machine.image();
            executor.execute(() -> listener.accept(Optional.of(image)));
        }));
        if (!taken) {
            executor.execute(() -> listener.accept(Optional.empty()));
        }
    }

    @Override
    public void damaged(StoreCorruptedException damage) {
        if (!machine.alarms().contains(new ActiveAlarm(settings.memberId(), AlarmType.CORRUPT))) {
            fanOut.raiseCorrupt(damage);
        }
    }

    @Override
    public void giveSpaceBack(Executor executor, Runnable done) {
        mailbox.force(new ApplierTask.GiveSpaceBack(() -> executor.execute(done)));
    }

    /** What was done for the store's files, for metrics. Any thread. */
    public SpaceCounters spaceCounters() {
        return rewriter.counters();
    }

    @Override
    public WatchDispatcher watches() {
        return watches;
    }

    /** What the LeaseKeeper has done, for metrics. Any thread. */
    public LeaseStats leaseStats() {
        return keeper.stats();
    }

    @Override
    public String delaysSince(long startNanos) {
        return delays.since(startNanos);
    }

    /** What took long of late. Any thread. */
    public DelayLog delays() {
        return delays;
    }

    /** What this replica measures of itself, for metrics. Any thread. */
    public ReplicaMeasures measures() {
        return measures;
    }

    /** What has been applied here, for metrics. Any thread. */
    public AppliedStats appliedStats() {
        return fanOut.stats();
    }

    /** Commands that came in and are not committed yet, for metrics. Any thread. */
    public int pendingCommands() {
        return proposer.pendingCommands();
    }

    /** Commands that timed out or that the log refused, for metrics. Any thread. */
    public long failedCommands() {
        return proposer.failedCommands();
    }

    @Override
    public long term() {
        return log.term();
    }

    @Override
    public MemberStatus status() {
        return MemberStatus.of(settings, log.status(), applier.applied(), fanOut.serving(), machine);
    }

    /**
     * Stops: lets what is under way finish, refuses the rest, makes a last checkpoint, and closes the log and the store.
     * Idempotent, bounded.
     */
    @Override
    public void close() {
        if (!threads.running()) {
            return;
        }
        // First: what others forward would never let it drain.
        Succession.handOver(log, machine.members(), settings, ticker);
        long deadlineNanos = ticker.nanos() + DRAIN_LIMIT_NANOS;
        while (!proposer.idle() && log.status().isLeader() && deadlineNanos - ticker.nanos() > 0) {
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1));
        }
        states.stop();
        stopLoops();
        checkpointer.last(machine);
        log.close();
        try {
            machine.close();
        } catch (IOException e) {
            // What counts is in the last checkpoint and in the log.
            LOGGER.warn("the state could not be closed", e);
        }
    }

    private void stopLoops() {
        mailbox.close();
        threads.end();
        proposer.refuseAll(ErrorCode.STOPPED);
        questions.refuseAll();
        applier.refuseAll(ErrorCode.STOPPED);
        keeper.stop();
        leases.flush();
        rewriter.stop();
    }
}
