package io.leasehold.server.rpc;

import io.leasehold.lease.LeaseView;
import io.leasehold.mvcc.StoreOptions;
import io.leasehold.mvcc.StoreSnapshot;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.server.replica.LeaseDirectory;
import io.leasehold.server.replica.LeaseFeed;
import io.leasehold.server.replica.LeaseList;
import io.leasehold.server.replica.MemberStatus;
import io.leasehold.server.replica.ReadPoint;
import io.leasehold.server.replica.Renewal;
import io.leasehold.server.replica.Replica;
import io.leasehold.server.replica.TimeToLive;
import io.leasehold.server.watch.WatchDispatcher;
import io.leasehold.server.watch.WatchSettings;
import io.leasehold.statemachine.AppliedBatch;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Member;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.Proposal;
import io.leasehold.statemachine.Quota;
import io.leasehold.statemachine.StateImage;
import io.leasehold.statemachine.StateMachine;
import io.leasehold.statemachine.StateMachineOptions;
import io.leasehold.statemachine.TokenChange;
import io.leasehold.statemachine.auth.AuthState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** A member without a log: the real state machine, applied to at once on the caller's thread. */
final class LocalReplica implements Replica, AutoCloseable {
    static final long CLUSTER_ID = 0xC0FFEEL;
    static final long MEMBER_ID = 0xFEDC_BA98_7654_3210L;
    static final long TERM = 3;

    final StateMachine machine;
    final WatchDispatcher dispatcher;
    long leaderId = MEMBER_ID;
    Optional<ErrorCode> admission = Optional.empty();
    /** Renewals that wait until the test lets them go, when it wants that. */
    final Deque<Runnable> heldRenewals = new ArrayDeque<>();

    boolean holdRenewals;
    long proposals;
    private Consumer<List<TokenChange>> tokenFollower = changes -> {};

    LocalReplica(Path directory) throws IOException {
        Member self = new Member(MEMBER_ID, "m0", List.of("http://localhost:2380"), List.of(), false);
        machine = StateMachine.open(
                directory,
                new StateMachineOptions(
                        CLUSTER_ID, MEMBER_ID, "m0", List.of(self), new Quota(1L << 30), StoreOptions.DEFAULT),
                0);
        dispatcher = new WatchDispatcher(
                new WatchSettings(1_000_000_000L, 2 << 20), machine.snapshot(), RandomGenerator.getDefault(), () -> {});
    }

    /** Lets the watchers see what there is. */
    void settle() {
        while (dispatcher.turn(0) > 0) {
            // Each turn is bounded.
        }
    }

    @Override
    public Optional<ErrorCode> admit(Command command) {
        return admission;
    }

    @Override
    public void propose(Proposal proposal, Executor executor, Consumer<Outcome> listener) {
        proposals++;
        Outcome outcome = machine.apply(machine.appliedIndex() + 1, TERM, proposal, true, 0);
        AppliedBatch batch = machine.publish();
        dispatcher.applied(batch.events(), machine.snapshot());
        tokenFollower.accept(batch.tokenChanges());
        executor.execute(() -> listener.accept(outcome));
    }

    @Override
    public AuthState auth() {
        return machine.auth();
    }

    @Override
    public void followTokens(Consumer<List<TokenChange>> follower) {
        tokenFollower = follower;
    }

    @Override
    public void mayWriteKeysOf(long leaseId, String userName, Executor executor, Consumer<Boolean> listener) {
        boolean allowed = machine.mayWriteKeysOf(userName, leaseId);
        executor.execute(() -> listener.accept(allowed));
    }

    @Override
    public void linearizable(Executor executor, Consumer<ReadPoint> listener) {
        listener.accept(
                leaderId == 0 ? new ReadPoint.Failed(ErrorCode.TIMEOUT) : new ReadPoint.Ready(machine.snapshot()));
    }

    @Override
    public StoreSnapshot snapshot() {
        return machine.snapshot();
    }

    @Override
    public void renew(long leaseId, Executor executor, Consumer<Renewal> listener) {
        long ttlMillis =
                machine.leases().lease(leaseId).map(LeaseView::ttlMillis).orElse(0L);
        Renewal renewal = leaderId == 0
                ? new Renewal.Failed(ErrorCode.NO_LEADER)
                : new Renewal.Answered(machine.snapshot().revision(), ttlMillis);
        Runnable answer = () -> executor.execute(() -> listener.accept(renewal));
        if (holdRenewals) {
            heldRenewals.add(answer);
        } else {
            answer.run();
        }
    }

    @Override
    public void timeToLive(long leaseId, boolean keys, Executor executor, Consumer<TimeToLive> listener) {
        long revision = machine.snapshot().revision();
        listener.accept(machine.leases()
                .lease(leaseId)
                .<TimeToLive>map(lease -> new TimeToLive.Known(
                        revision,
                        lease.ttlSeconds() - 1,
                        lease.ttlSeconds(),
                        keys ? machine.leases().keys(leaseId) : List.of()))
                .orElse(new TimeToLive.Unknown(revision)));
    }

    @Override
    public void leases(Executor executor, Consumer<LeaseList> listener) {
        List<Long> ids = new ArrayList<>();
        machine.leases().forEach(lease -> ids.add(lease.id()));
        listener.accept(new LeaseList.Listed(
                machine.snapshot().revision(),
                ids.stream().mapToLong(Long::longValue).toArray()));
    }

    /** There to be asked for pages by nobody; leases together are tested with a whole replica. */
    @Override
    public LeaseDirectory leaseDirectory() {
        return new LeaseDirectory() {
            @Override
            public void listing(Executor executor, Consumer<Times> listener) {
                throw new UnsupportedOperationException("listing");
            }

            @Override
            public void keys(List<Long> ids, int keysLimit, Executor executor, Consumer<Keys> listener) {
                throw new UnsupportedOperationException("keys");
            }

            @Override
            public LeaseFeed.Subscription subscribe(Executor executor, LeaseFeed.Subscriber subscriber) {
                throw new UnsupportedOperationException("subscribe");
            }
        };
    }

    @Override
    public void image(Executor executor, Consumer<Optional<StateImage>> listener) {
        executor.execute(() -> listener.accept(Optional.of(machine.image())));
    }

    @Override
    public WatchDispatcher watches() {
        return dispatcher;
    }

    @Override
    public MemberStatus status() {
        return new MemberStatus(
                CLUSTER_ID,
                MEMBER_ID,
                TERM,
                leaderId,
                leaderId != 0,
                machine.appliedIndex(),
                machine.appliedIndex(),
                machine.snapshot().sizeBytes(),
                machine.snapshot().liveBytes(),
                1L << 30,
                machine.alarms(),
                machine.members());
    }

    @Override
    public void close() throws IOException {
        machine.close();
    }
}
