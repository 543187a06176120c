package io.leasehold.server.replica;

import io.leasehold.lease.LeaseTable;
import io.leasehold.lease.LeaseTableImage;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.server.loop.Mailbox;
import io.leasehold.server.replica.lease.LeaseKeeper;
import io.leasehold.server.replica.lease.LeaseRemaining;
import io.leasehold.server.replica.lease.LeaseRenewal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Where services ask about leases: brings their questions to the LeaseKeeper, the keys from the Applier, and the answers
 * back to the connections, with one hand-over per event loop and turn of the keeper.
 */
final class LeaseDesk {
    private final LeaseKeeper keeper;
    private final Applier applier;
    private final Mailbox<ApplierTask> applierMailbox;
    private final LeaseFeed feed;
    /** Answers made in the keeper's present turn. Keeper's thread only. */
    private final Deliveries deliveries = new Deliveries();

    LeaseDesk(LeaseKeeper keeper, Applier applier, Mailbox<ApplierTask> applierMailbox, LeaseFeed feed) {
        this.keeper = keeper;
        this.applier = applier;
        this.applierMailbox = applierMailbox;
        this.feed = feed;
    }

    /** Renews. Any thread. */
    void renew(long leaseId, Executor executor, Consumer<Renewal> listener) {
        // Taken before the renewal: a client that sees it knows that the lease lived at this revision.
        long revision = applier.applied().snapshot().revision();
        keeper.renew(leaseId, renewal -> {
            switch (renewal) {
                case LeaseRenewal.Renewed renewed -> {
                    Renewal answer = new Renewal.Answered(revision, renewed.ttlMillis());
                    deliveries.add(executor, () -> listener.accept(answer));
                }
                case LeaseRenewal.NotFound notFound -> {
                    Renewal answer = new Renewal.Answered(revision, 0);
                    deliveries.add(executor, () -> listener.accept(answer));
                }
                // A failure may come on the caller's own thread, which must not touch the deliveries.
                case LeaseRenewal.Failed failed ->
                    executor.execute(() -> listener.accept(new Renewal.Failed(failed.code())));
            }
        });
    }

    /** Hands out what the keeper's turn has answered. Keeper's thread, after each turn. */
    void flush() {
        deliveries.flush();
    }

    /** Asks for the time left, at a moment when leadership is confirmed. Any thread. */
    void timeToLive(long leaseId, boolean keys, Executor executor, Consumer<TimeToLive> listener) {
        keeper.remaining(leaseId, remaining -> {
            switch (remaining) {
                case LeaseRemaining.Known known -> {
                    if (keys) {
                        withKeys(leaseId, known.remainingSeconds(), known.grantedSeconds(), executor, listener);
                    } else {
                        TimeToLive answer = known(known.remainingSeconds(), known.grantedSeconds(), List.of());
                        deliveries.add(executor, () -> listener.accept(answer));
                    }
                }
                case LeaseRemaining.Unknown unknown -> {
                    TimeToLive answer = new TimeToLive.Unknown(revision());
                    deliveries.add(executor, () -> listener.accept(answer));
                }
                case LeaseRemaining.NotLeading notLeading ->
                    executor.execute(() -> listener.accept(new TimeToLive.Failed(ErrorCode.LEADER_CHANGED)));
            }
        });
    }

    /** Answers with what the leader has said of a lease, and the keys that are attached to it here. Any thread. */
    void known(
            long leaseId,
            long remainingSeconds,
            long grantedSeconds,
            boolean keys,
            Executor executor,
            Consumer<TimeToLive> listener) {
        if (keys) {
            withKeys(leaseId, remainingSeconds, grantedSeconds, executor, listener);
        } else {
            TimeToLive answer = known(remainingSeconds, grantedSeconds, List.of());
            executor.execute(() -> listener.accept(answer));
        }
    }

    private void withKeys(
            long leaseId,
            long remainingSeconds,
            long grantedSeconds,
            Executor executor,
            Consumer<TimeToLive> listener) {
        boolean taken = applierMailbox.offer(new ApplierTask.Query(machine -> {
            TimeToLive answer =
                    known(remainingSeconds, grantedSeconds, machine.leases().keys(leaseId));
            executor.execute(() -> listener.accept(answer));
        }));
        if (!taken) {
            executor.execute(() -> listener.accept(new TimeToLive.Failed(ErrorCode.TOO_MANY_REQUESTS)));
        }
    }

    /** Lists all leases. Any thread. */
    void leases(Executor executor, Consumer<LeaseList> listener) {
        keeper.list(
                listing -> {
                    long revision = revision();
                    // Sorting a million ids takes its time; the keeper's is more precious than the connection's.
                    deliveries.add(
                            executor, () -> listener.accept(new LeaseList.Listed(revision, listing.idsByRemaining())));
                },
                () -> local(executor, listener));
    }

    /** The leases that this member has applied, in no order; for one that does not lead. */
    private void local(Executor executor, Consumer<LeaseList> listener) {
        boolean taken = applierMailbox.offer(new ApplierTask.Query(machine -> {
            LeaseTableImage image = machine.leases().image();
            long[] ids = new long[image.size()];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = image.lease(i).id();
            }
            long revision = machine.snapshot().revision();
            executor.execute(() -> listener.accept(new LeaseList.Listed(revision, ids)));
        }));
        if (!taken) {
            executor.execute(() -> listener.accept(new LeaseList.Failed(ErrorCode.TOO_MANY_REQUESTS)));
        }
    }

    /** All leases with their times, at a moment when leadership is confirmed. Any thread. */
    void listing(Executor executor, Consumer<LeaseDirectory.Times> listener) {
        keeper.list(
                listing -> {
                    LeaseDirectory.Times answer = new LeaseDirectory.Times.Listed(revision(), listing);
                    deliveries.add(executor, () -> listener.accept(answer));
                },
                () -> executor.execute(
                        () -> listener.accept(new LeaseDirectory.Times.Failed(ErrorCode.LEADER_CHANGED))));
    }

    /** The keys of some leases. Any thread. */
    void keys(List<Long> ids, int keysLimit, Executor executor, Consumer<LeaseDirectory.Keys> listener) {
        boolean taken = applierMailbox.offer(new ApplierTask.Query(machine -> {
            LeaseDirectory.Keys found = keysOf(machine.leases(), ids, keysLimit);
            executor.execute(() -> listener.accept(found));
        }));
        if (!taken) {
            executor.execute(() -> listener.accept(new LeaseDirectory.Keys.Failed(ErrorCode.TOO_MANY_REQUESTS)));
        }
    }

    /** The keys of those of the leases that there are; Applier's thread. */
    static LeaseDirectory.Keys keysOf(LeaseTable leases, List<Long> ids, int keysLimit) {
        List<LeaseDirectory.Keys.OfLease> found = new ArrayList<>(ids.size());
        int keysLeft = keysLimit;
        for (long id : ids) {
            if (leases.contains(id)) {
                List<ByteSequence> keys = keysLeft == 0 ? List.of() : leases.keys(id);
                keys = keys.subList(0, Math.min(keysLeft, keys.size()));
                keysLeft -= keys.size();
                found.add(new LeaseDirectory.Keys.OfLease(id, leases.keyCount(id), keys));
            }
        }
        return new LeaseDirectory.Keys.Found(found);
    }

    /** Subscribes to what happens to leases. Any thread. */
    LeaseFeed.Subscription subscribe(Executor executor, LeaseFeed.Subscriber subscriber) {
        LeaseFeed.Subscription subscription = new LeaseFeed.Subscription(feed, executor, subscriber);
        boolean taken = applierMailbox.offer(new ApplierTask.Query(machine -> feed.begin(
                subscription, machine.leases().image(), machine.snapshot().revision())));
        if (!taken) {
            subscription.refuse(ErrorCode.TOO_MANY_REQUESTS);
        }
        return subscription;
    }

    private TimeToLive known(long remainingSeconds, long grantedSeconds, List<ByteSequence> keys) {
        return new TimeToLive.Known(revision(), remainingSeconds, grantedSeconds, keys);
    }

    private long revision() {
        return applier.applied().snapshot().revision();
    }
}
