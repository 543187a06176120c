package io.leasehold.server.replica.lease;

import io.leasehold.lease.Incarnation;
import io.leasehold.lease.LeaseTableImage;
import io.leasehold.lease.Remaining;
import io.leasehold.protocol.ErrorCode;
import java.util.List;
import java.util.function.Consumer;

/** What lies in the keeper's mailbox. */
sealed interface KeeperMessage {
    record Promoted(long term, LeaseTableImage leases) implements KeeperMessage {}

    record Demoted(long term) implements KeeperMessage {}

    record LeaderChanged(long leaderId) implements KeeperMessage {}

    record Marked(long leaderId, long term) implements KeeperMessage {}

    record Granted(long id, long grantIndex, long ttlMillis) implements KeeperMessage {}

    record Ended(List<Incarnation> leases) implements KeeperMessage {}

    record RevokeProposed(long id) implements KeeperMessage {}

    record RevokeSettled(long id) implements KeeperMessage {}

    record RevokeLost(long id) implements KeeperMessage {}

    record Renew(long id, Consumer<LeaseRenewal> listener) implements KeeperMessage {}

    record RemainingAsked(long id, Consumer<LeaseRemaining> listener) implements KeeperMessage {}

    record ListingAsked(Consumer<LeaseListing> listener, Runnable notLeading) implements KeeperMessage {}

    /** The answer to something a reign has asked for; dropped when that reign is over. */
    record ForReign(Reign reign, ReignMessage message) implements KeeperMessage {}

    /** What comes back to the reign that asked. */
    sealed interface ReignMessage {}

    /** A Confirm round has come back. */
    record Confirmed(List<WaitingRenewal> batch, long term, long committedIndex) implements ReignMessage {}

    record ConfirmRefused(List<WaitingRenewal> batch, ErrorCode code) implements ReignMessage {}

    /** This member has applied what the renewal's round stands on. */
    record AppliedFar(WaitingRenewal renewal) implements ReignMessage {}

    record ClearSettled(ClearProposal clear, boolean applied) implements ReignMessage {}

    record ExpirySettled(List<Incarnation> leases, boolean applied) implements ReignMessage {}

    record CheckpointSettled(List<Remaining> leases, boolean applied) implements ReignMessage {}
}
