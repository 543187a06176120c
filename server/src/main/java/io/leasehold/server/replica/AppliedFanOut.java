package io.leasehold.server.replica;

import io.leasehold.lease.Incarnation;
import io.leasehold.mvcc.StoreCorruptedException;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.server.replica.lease.LeaseKeeper;
import io.leasehold.server.watch.WatchDispatcher;
import io.leasehold.statemachine.AlarmType;
import io.leasehold.statemachine.AppliedBatch;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.LeaseChange;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.StateMachine;
import io.leasehold.statemachine.TokenChange;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those who follow the applied state what has happened, on the Applier's thread and before any answer goes out:
 * the watchers of events, the LeaseKeeper of leases, the Proposer of roles.
 */
final class AppliedFanOut implements Applier.AppliedListener {
    private static final Logger LOGGER = LoggerFactory.getLogger(AppliedFanOut.class);

    private final ReplicaSettings settings;
    private final Proposer proposer;
    private final Lanes lanes;
    private final PendingCommands pending;
    private final LeaseKeeper keeper;
    private final WatchDispatcher watches;
    private final LeaseFeed leaseFeed;
    private final AppliedCounters counters = new AppliedCounters();
    private final MemberFollower members;
    private final SpaceAlarm spaceAlarm;
    /** Set by any thread, called on the Applier's. */
    private volatile Consumer<List<TokenChange>> tokenFollower = changes -> {};

    /** Whether an alarm for damage is on its way already. */
    private final AtomicBoolean corruptProposed = new AtomicBoolean();

    /** Term of the newest reign that this member was promoted in. Applier's thread. */
    private long promotedTerm;

    /** Set by the Applier, read by everybody. */
    private volatile boolean leading;

    AppliedFanOut(
            ReplicaSettings settings,
            Proposer proposer,
            Lanes lanes,
            PendingCommands pending,
            LeaseKeeper keeper,
            WatchDispatcher watches,
            LeaseFeed leaseFeed,
            MemberFollower members,
            SpaceAlarm spaceAlarm) {
        this.members = members;
        this.spaceAlarm = spaceAlarm;
        this.settings = settings;
        this.proposer = proposer;
        this.lanes = lanes;
        this.pending = pending;
        this.keeper = keeper;
        this.watches = watches;
        this.leaseFeed = leaseFeed;
    }

    @Override
    public void applied(AppliedBatch batch, AppliedState state) {
        watches.applied(batch.events(), state.snapshot());
        counters.applied(batch);
        members.look();
        tellKeeper(batch.leaseChanges());
        if (!batch.tokenChanges().isEmpty()) {
            tokenFollower.accept(batch.tokenChanges());
        }
        leaseFeed.publish(batch.leaseChanges(), state.snapshot().revision());
        if (batch.quotaCrossed() && leading) {
            spaceAlarm.raise();
        }
    }

    /** Has the alarm for damage raised, unless that is under way. Any thread. */
    void raiseCorrupt(StoreCorruptedException damage) {
        if (corruptProposed.compareAndSet(false, true)) {
            LOGGER.error("the store is damaged, raising the CORRUPT alarm", damage);
            Command alarm = new Command.Alarm(Command.AlarmAction.ACTIVATE, settings.memberId(), AlarmType.CORRUPT);
            lanes.offerInternal(pending.own(alarm, outcome -> corruptProposed.set(false)));
        }
    }

    @Override
    public void answering(Command command) {
        if (command instanceof Command.LeaseRevoke revoke) {
            keeper.revokeSettled(revoke.id());
        }
    }

    @Override
    public boolean refuses(PendingCommand command, ErrorCode reason) {
        if (reason != ErrorCode.NO_SPACE || spaceAlarm.isOnAnywhere()) {
            return false;
        }
        spaceAlarm.whenOn(() -> command.refuse(reason));
        return true;
    }

    /** In the order of the log; ends come by the hundred, and those in a row are one message. */
    private void tellKeeper(List<LeaseChange> changes) {
        List<Incarnation> ended = new ArrayList<>();
        for (LeaseChange change : changes) {
            switch (change) {
                case LeaseChange.Ended end -> ended.add(end.lease());
                case LeaseChange.Granted granted -> {
                    ended = tellKeeperOfEnds(ended);
                    keeper.grantedMillis(granted.id(), granted.grantIndex(), granted.ttlMillis());
                }
                case LeaseChange.Marked marker -> {
                    ended = tellKeeperOfEnds(ended);
                    keeper.marked(marker.memberId(), marker.term());
                }
                // The keeper learns of its own checkpoints and clears by the answers to its proposals.
                case LeaseChange.Checkpointed checkpointed -> {}
                case LeaseChange.Cleared cleared -> {}
            }
        }
        tellKeeperOfEnds(ended);
    }

    /** Hands the list over, and returns an empty one for those that follow. */
    private List<Incarnation> tellKeeperOfEnds(List<Incarnation> ended) {
        if (ended.isEmpty()) {
            return ended;
        }
        keeper.ended(ended);
        return new ArrayList<>();
    }

    @Override
    public void leaderReady(long term) {
        proposer.lead(pending.own(new Command.LeaderMarker(term, settings.memberId()), AppliedFanOut::ignore));
    }

    @Override
    public void promoted(long term, StateMachine machine) {
        promotedTerm = term;
        leading = true;
        keeper.promoted(term, machine.leases().image());
    }

    @Override
    public void demoted(long term) {
        if (promotedTerm <= term) {
            leading = false;
        }
        keeper.demoted(term);
    }

    /** Has {@code follower} told of what happens to tokens from now on. Any thread. */
    void followTokens(Consumer<List<TokenChange>> follower) {
        tokenFollower = follower;
    }

    /** What has been applied. Any thread. */
    AppliedStats stats() {
        return counters.snapshot();
    }

    /** Whether this member is promoted: everything can be answered here. Any thread. */
    boolean serving() {
        return leading;
    }

    /** For commands of this member's own that are proposed again when their cause comes back. */
    private static void ignore(Outcome outcome) {}
}
