package io.leasehold.client;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.lease.LeaseListener;
import io.leasehold.client.lease.LeaseRenewal;
import io.leasehold.client.lease.LeaseState;
import io.leasehold.client.lease.LossReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a listener is told. */
final class LeaseLog implements LeaseListener {
    final List<LeaseRenewal> renewals = new ArrayList<>();
    final List<LeaseState> states = new ArrayList<>();
    final List<Duration> warnings = new ArrayList<>();
    final List<LeaseholdException> errors = new ArrayList<>();
    final List<LossReason> losses = new ArrayList<>();

    @Override
    public void onRenewed(LeaseRenewal renewal) {
        renewals.add(renewal);
    }

    @Override
    public void onStateChange(long leaseId, LeaseState before, LeaseState now) {
        states.add(now);
    }

    @Override
    public void onExpiring(long leaseId, Duration left) {
        warnings.add(left);
    }

    @Override
    public void onError(long leaseId, LeaseholdException error) {
        errors.add(error);
    }

    @Override
    public void onLost(long leaseId, LossReason reason) {
        losses.add(reason);
    }
}
