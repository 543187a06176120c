package io.leasehold.server.replica;

import io.leasehold.lease.LeaseTableImage;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.statemachine.LeaseChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tells subscribers what happens to leases, in the order of the log. Publishing belongs to the Applier and never waits:
 * who owes too many events is told that it has lost some, and dropped; the others do not notice. Without subscribers a
 * batch costs one look at an empty set.
 */
public final class LeaseFeed {
    /** Events one subscriber may owe: three turns of an expiry storm, and less than a megabyte of references. */
    static final int OWED_EVENTS_LIMIT = 100_000;

    private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();

    LeaseFeed() {}

    /** Takes news; every method is called on the executor of the subscription. */
    public interface Subscriber {
        /**
         * The subscription stands: whatever is applied behind this state is told.
         *
         * @param leases the leases there are
         * @param revision the store's revision
         */
        void begun(LeaseTableImage leases, long revision);

        /** Some changes, in order, and the store's revision behind them. Owed until {@link Subscription#taken}. */
        void changed(List<LeaseChange> changes, long revision);

        /** Too many events were owed. Nothing more comes. */
        void lost();

        /** The subscription could not begin. Nothing more comes. */
        void refused(ErrorCode code);
    }

    /** One subscriber's place in the feed. Any thread. */
    public static final class Subscription {
        private final LeaseFeed feed;
        private final Executor executor;
        private final Subscriber subscriber;
        private final AtomicInteger owed = new AtomicInteger();
        private volatile boolean ended;

        Subscription(LeaseFeed feed, Executor executor, Subscriber subscriber) {
            this.feed = feed;
            this.executor = executor;
            this.subscriber = subscriber;
        }

        /** The subscriber has passed on so many of the events it was told of. */
        public void taken(int events) {
            owed.addAndGet(-events);
        }

        /** Nothing more is wanted. */
        public void end() {
            ended = true;
            feed.subscriptions.remove(this);
        }

        void refuse(ErrorCode code) {
            executor.execute(() -> subscriber.refused(code));
        }

        private void offer(List<LeaseChange> changes, long revision) {
            if (owed.addAndGet(changes.size()) > OWED_EVENTS_LIMIT) {
                end();
                executor.execute(subscriber::lost);
            } else {
                executor.execute(() -> subscriber.changed(changes, revision));
            }
        }
    }

    /** Lets a subscription begin at this state. Applier's thread, between two batches. */
    void begin(Subscription subscription, LeaseTableImage leases, long revision) {
        if (subscription.ended) {
            return;
        }
        subscriptions.add(subscription);
        if (subscription.ended) {
            subscriptions.remove(subscription);
        }
        subscription.executor.execute(() -> subscription.subscriber.begun(leases, revision));
    }

    /** Tells of a batch. Applier's thread. */
    void publish(List<LeaseChange> changes, long revision) {
        if (subscriptions.isEmpty() || changes.isEmpty()) {
            return;
        }
        List<LeaseChange> news = new ArrayList<>(changes.size());
        for (LeaseChange change : changes) {
            boolean told =
                    switch (change) {
                        case LeaseChange.Granted granted -> true;
                        case LeaseChange.Ended ended -> true;
                        case LeaseChange.Checkpointed checkpointed -> false;
                        case LeaseChange.Cleared cleared -> false;
                        case LeaseChange.Marked marked -> false;
                    };
            if (told) {
                news.add(change);
            }
        }
        if (!news.isEmpty()) {
            List<LeaseChange> shared = List.copyOf(news);
            subscriptions.forEach(subscription -> subscription.offer(shared, revision));
        }
    }
}
