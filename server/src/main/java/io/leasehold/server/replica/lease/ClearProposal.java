package io.leasehold.server.replica.lease;

import io.leasehold.lease.Incarnation;
import java.util.ArrayList;
import java.util.List;

/** A clear of some leases' anchors, and the renewals that are acknowledged by it. The keeper's thread alone. */
final class ClearProposal {
    final List<Incarnation> leases = new ArrayList<>();
    final List<WaitingRenewal> renewals = new ArrayList<>();
}
