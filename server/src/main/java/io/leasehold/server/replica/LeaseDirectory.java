package io.leasehold.server.replica;

import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.server.replica.lease.LeaseListing;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** What the services see of all leases together. Every method may be called from any thread and none of them blocks. */
public interface LeaseDirectory {
    /** All leases with their times, linearizable. */
    void listing(Executor executor, Consumer<Times> listener);

    /**
     * The keys attached to some leases at one moment, not before the call. Leases that do not exist are left out.
     *
     * @param ids some thousand at most: the Applier looks them up between two entries
     * @param keysLimit most keys to list of all leases together; 0 to count only. The first lease that has more is
     *     listed so far, and the lists of those behind it are empty
     */
    void keys(List<Long> ids, int keysLimit, Executor executor, Consumer<Keys> listener);

    /**
     * Subscribes to what happens to leases from now on: the subscriber is first told of its beginning, with the leases
     * there are, and then of every batch of changes that is applied behind it, on the executor.
     */
    LeaseFeed.Subscription subscribe(Executor executor, LeaseFeed.Subscriber subscriber);

    /**
     * The leader's page of the list of leases, for a member that does not lead.
     *
     * @param question which page, in the form that the leader's {@link PageSource} knows
     */
    default void pageOfLeader(ByteSequence question, Executor executor, Consumer<Page> listener) {
        executor.execute(() -> listener.accept(new Page.Failed(ErrorCode.NO_LEADER)));
    }

    /** Sets who makes pages for other members while this one leads; once, when the services begin. */
    default void servePages(PageSource source) {}

    /** Makes pages of the list of leases. */
    interface PageSource {
        /** Gives the listener the page, on any thread, or nothing if this member does not lead. */
        void page(ByteSequence question, Consumer<Optional<ByteSequence>> listener);
    }

    /** The answer to {@link #pageOfLeader}. */
    sealed interface Page {
        /** In the form of the leader's {@link PageSource}. */
        record Given(ByteSequence page) implements Page {}

        /** There is none in time. */
        record Failed(ErrorCode code) implements Page {}
    }

    /** The answer to {@link #listing}. */
    sealed interface Times {
        /**
         * The leases.
         *
         * @param revision store revision for the header
         */
        record Listed(long revision, LeaseListing listing) implements Times {}

        /** The question could not be answered. */
        record Failed(ErrorCode code) implements Times {}
    }

    /** The answer to {@link #keys}. */
    sealed interface Keys {
        /** In the order of the question. */
        record Found(List<OfLease> leases) implements Keys {
            /** Copies the list. */
            public Found {
                leases = List.copyOf(leases);
            }
        }

        /** The question could not be answered. */
        record Failed(ErrorCode code) implements Keys {}

        /**
         * The keys of one lease.
         *
         * @param keyCount how many it has
         * @param keys as many as the limit allowed, in bytewise order
         */
        record OfLease(long id, int keyCount, List<ByteSequence> keys) {
            /** Copies the keys. */
            public OfLease {
                keys = List.copyOf(keys);
            }
        }
    }
}
