package io.leasehold.server.replica.lease;

import io.leasehold.lease.Incarnation;
import io.leasehold.lease.Remaining;
import java.util.List;

/**
 * Where {@link LeaseKeeper} puts its own commands. They must enter the log in the order of these calls. Called on the
 * keeper's thread; must return at once.
 */
public interface LeaseProposals {
    /** Proposes the end of leases whose time is up. The list is immutable. */
    void proposeExpire(long term, List<Incarnation> leases, Listener listener);

    /** Proposes to note how much is left of leases. The list is immutable. */
    void proposeCheckpoint(long term, List<Remaining> leases, Listener listener);

    /** Proposes to clear the anchors of leases that were renewed. The list is immutable. */
    void proposeClear(long term, List<Incarnation> leases, Listener listener);

    /** Takes what became of a proposal: one call, from any thread, perhaps before the proposing call has returned. */
    interface Listener {
        /**
         * This member has applied the command, and its term was the entry's term. Called <em>after</em> the keeper was
         * told of every lease that this entry or one before it granted or ended.
         */
        void applied();

        /** It never entered the log, was dropped when applied because of its term, or nobody knows. */
        void refused();
    }
}
