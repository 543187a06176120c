package io.leasehold.server.compaction;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.server.loop.Ticker;
import io.leasehold.server.replica.Replica;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.Proposal;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compacts as a schedule says. Confined to one thread, that of its executor. */
public final class AutoCompactor implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(AutoCompactor.class);

    private final CompactionSchedule schedule;
    private final Replica replica;
    private final Ticker ticker;
    private final ScheduledExecutorService executor;
    private final ScheduledFuture<?> looks;

    private AutoCompactor(
            CompactionSchedule schedule, Replica replica, Ticker ticker, ScheduledExecutorService executor) {
        this.schedule = schedule;
        this.replica = replica;
        this.ticker = ticker;
        this.executor = executor;
        long intervalNanos = schedule.intervalNanos();
        this.looks = executor.scheduleAtFixedRate(this::look, intervalNanos, intervalNanos, TimeUnit.NANOSECONDS);
    }

    /** Starts; {@code executor} must have one thread, such as an event loop. */
    public static AutoCompactor start(
            CompactionSchedule schedule, Replica replica, Ticker ticker, ScheduledExecutorService executor) {
        return new AutoCompactor(schedule, replica, ticker, executor);
    }

    @Override
    public void close() {
        looks.cancel(false);
    }

    private void look() {
        schedule.due(
                        ticker.nanos(),
                        replica.snapshot().revision(),
                        replica.status().leader())
                .ifPresent(this::compact);
    }

    private void compact(long revision) {
        Proposal proposal = Proposal.ofMember(new Command.Compact(revision, false));
        replica.propose(proposal, executor, outcome -> {
            boolean done = outcome instanceof Outcome.Compacted
                    || (outcome instanceof Outcome.Refused refused && refused.code() == ErrorCode.COMPACTED);
            schedule.settled(ticker.nanos(), revision, done);
            if (done) {
                LOGGER.info("compacted by itself, revision={}", revision);
            } else {
                LOGGER.warn("compaction by itself failed, will retry, revision={} outcome={}", revision, outcome);
            }
        });
    }
}
