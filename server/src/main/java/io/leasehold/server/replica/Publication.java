package io.leasehold.server.replica;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Outcome;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells the other members this one's name and URLs, through the log; once that is applied here it can answer everything. */
final class Publication {
    private final Command.PublishMember self;
    private final Lanes lanes;
    private final PendingCommands pending;
    private final CountDownLatch done = new CountDownLatch(1);

    Publication(ReplicaSettings settings, Lanes lanes, PendingCommands pending) {
        this.self = new Command.PublishMember(settings.memberId(), settings.name(), settings.clientUrls());
        this.lanes = lanes;
        this.pending = pending;
    }

    /** Proposes it, and again until it has come to pass or this member stops. The log has been started. */
    void begin() {
        lanes.offer(pending.own(self, outcome -> {
            if (outcome instanceof Outcome.Refused refused) {
                if (refused.code() != ErrorCode.STOPPED) {
                    begin();
                }
            } else {
                done.countDown();
            }
        }));
    }

    /** Lets those who wait go on though nothing was published: this replica makes way for another. Any thread. */
    void makeWay() {
        done.countDown();
    }

    /** Waits until it has come to pass, at most {@code nanos}; whether it has, and false when interrupted. Any thread. */
    boolean await(long nanos) {
        try {
            return done.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
