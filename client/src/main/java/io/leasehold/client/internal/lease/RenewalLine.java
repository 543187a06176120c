package io.leasehold.client.internal.lease;

import io.grpc.Status;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.internal.rpc.Endpoint;
import io.leasehold.client.internal.rpc.Failures;
import io.leasehold.client.internal.time.Timeline;
import io.leasehold.client.lease.LeaseRenewal;
import io.leasehold.client.lease.LossReason;
import io.leasehold.protocol.ErrorCode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The way renewals go: one stream at a time, opened anew when it ends for whatever reason, on another endpoint if there is
 * one. A lease has at most one renewal on its way, so that a slow server is not asked more because it is slow.
 *
 * <p>On the client's thread.
 */
final class RenewalLine implements RenewalAnswers {
    /** Behind a full batch. */
    private static final long PACE_NANOS = 10_000_000L;

    /** A stream without leases is kept for a while, as leases often come one after another. */
    private static final long IDLE_NANOS = 10_000_000_000L;

    private final KeepAliveEngine engine;
    private final Caller caller;
    private final Timeline timeline;
    private final KeepAliveStatistics statistics;
    private final SoloRenewals solos;
    private final Reopening reopening;
    private final OneShots oneShots = new OneShots();
    private final Deque<KeptLease> due = new ArrayDeque<>();

    /** Endpoints that have said they do not take renewals in batches. */
    private final Set<Endpoint> withoutBatches = new HashSet<>();

    private @Nullable RenewalStream stream;
    private boolean streamUsed;
    private long lastAnswerNanos;
    private long nextSendNanos;

    RenewalLine(KeepAliveEngine engine, Caller caller, KeepAliveStatistics statistics) {
        this.engine = engine;
        this.caller = caller;
        this.timeline = caller.timeline();
        this.statistics = statistics;
        this.solos = new SoloRenewals(engine, this, caller);
        this.reopening = new Reopening(engine, caller);
        this.lastAnswerNanos = timeline.nanos();
        this.nextSendNanos = lastAnswerNanos;
    }

    /** This lease is to be renewed as soon as may be. */
    void due(KeptLease lease) {
        solos.drop(lease);
        if (!lease.due) {
            lease.due = true;
            due.add(lease);
        }
    }

    /** Whether something waits that time alone will send: for a stream that is full it is the stream that tells. */
    boolean hasMore() {
        return (!due.isEmpty() || oneShots.areDue()) && stream != null && (!streamUsed || stream.isReady());
    }

    long resumeAtNanos() {
        return nextSendNanos;
    }

    /** When the answer to the lease's renewal is overdue: a stream that still answers others is only slow. */
    long answerDueNanos(KeptLease lease) {
        long since = lease.sentAtNanos - lastAnswerNanos < 0 ? lastAnswerNanos : lease.sentAtNanos;
        return since + reopening.patience(lease.answerLimitNanos());
    }

    /** Opens the stream if there is none. */
    void open() {
        if (stream != null || reopening.isPlanned() || caller.isClosed()) {
            return;
        }
        Endpoint endpoint = reopening.pick();
        streamUsed = false;
        nextSendNanos = timeline.nanos();
        statistics.streamOpened();
        stream = withoutBatches.contains(endpoint)
                ? new SingleRenewals(caller, endpoint, this)
                : new BatchedRenewals(caller, endpoint, this);
    }

    /** Sends what is due, as far as the stream and the pace allow. */
    void send() {
        if (due.isEmpty() && !oneShots.areDue()) {
            return;
        }
        open();
        RenewalStream to = stream;
        long now = timeline.nanos();
        if (to == null || (streamUsed && !to.isReady()) || now - nextSendNanos < 0) {
            return;
        }
        List<Long> ids = new ArrayList<>(Math.min(due.size(), to.batchLimit()));
        oneShots.take(ids, now);
        // The answer to such a one is the kept lease's too.
        ids.forEach(id -> onItsWay(engine.find(id), now));
        while (!due.isEmpty() && ids.size() < to.batchLimit()) {
            KeptLease lease = due.remove();
            if (lease.due && !lease.isOver()) {
                OptionalLong since = oneShots.onItsWaySince(lease.id);
                onItsWay(lease, since.orElse(now));
                if (since.isEmpty()) {
                    ids.add(lease.id);
                }
            }
        }
        if (!ids.isEmpty()) {
            streamUsed = true;
            nextSendNanos = ids.size() < to.batchLimit() ? now : now + PACE_NANOS;
            statistics.sent(ids.size());
            to.renew(ids);
        }
        engine.arm();
    }

    private void onItsWay(@Nullable KeptLease lease, long sinceNanos) {
        if (lease != null && !lease.outstanding) {
            lease.due = false;
            lease.outstanding = true;
            lease.sentAtNanos = sinceNanos;
            engine.place(lease);
        }
    }

    /** The lease is kept no more. An answer that is still to come must not count for whoever keeps it next. */
    void abandoned(KeptLease lease) {
        if (lease.outstanding && stream != null && !solos.has(lease)) {
            oneShots.abandoned(lease.id, lease.sentAtNanos);
        }
        lease.outstanding = false;
    }

    // ---- answers

    @Override
    public void renewed(long leaseId, long ttlNanos) {
        long now = heard();
        KeptLease lease = engine.find(leaseId);
        boolean asked = oneShots.renewed(leaseId, ttlNanos, now);
        if (lease != null && lease.outstanding) {
            reopening.answeredAfter(now - lease.sentAtNanos);
            statistics.answered();
            caller.metrics().leaseRenewed(Duration.ofNanos(now - lease.sentAtNanos));
            engine.renewed(lease, ttlNanos, now);
        } else if (!asked) {
            statistics.unexpected();
        }
    }

    @Override
    public void gone(long leaseId) {
        heard();
        KeptLease lease = engine.find(leaseId);
        boolean asked =
                oneShots.failed(leaseId, Failures.exception(ErrorCode.LEASE_NOT_FOUND.toStatus(), false, "keepalive"));
        if (lease != null && lease.outstanding) {
            lease.outstanding = false;
            engine.lose(lease, lease.revoking ? LossReason.REVOKED : LossReason.SERVER_SAID_GONE);
        } else if (!asked) {
            statistics.unexpected();
        }
    }

    @Override
    public void failed(long leaseId, Status status) {
        long now = heard();
        LeaseholdException error = Failures.exception(status, false, "keepalive");
        oneShots.failed(leaseId, error);
        KeptLease lease = engine.find(leaseId);
        if (lease == null || !lease.outstanding) {
            return;
        }
        if (isRefusal(status)) {
            lease.outstanding = false;
            lease.handles.forEach(handle -> handle.error(error));
            engine.lose(lease, LossReason.REFUSED);
        } else {
            engine.retryLater(lease, now);
        }
    }

    private long heard() {
        lastAnswerNanos = timeline.nanos();
        reopening.answered();
        return lastAnswerNanos;
    }

    @Override
    public void ready() {
        send();
    }

    @Override
    public void ended(Status status) {
        RenewalStream before = stream;
        stream = null;
        if (before == null) {
            return;
        }
        if (before instanceof BatchedRenewals && status.getCode() == Status.Code.UNIMPLEMENTED) {
            withoutBatches.add(before.endpoint());
            outstandingBecomesDue();
            oneShots.becomeDue();
            send();
            return;
        }
        if (isRefusal(status)) {
            // One lease that may not be renewed ends the stream of all: those on their way are tried alone.
            for (KeptLease lease : outstanding()) {
                solos.add(lease);
            }
        }
        lost(before.endpoint(), status);
    }

    /** An answer is overdue. */
    void stalled() {
        RenewalStream before = stream;
        if (before == null) {
            return;
        }
        stream = null;
        Endpoint silent = before.endpoint();
        caller.distrust(silent, "a keepalive is not answered");
        before.close("a keepalive is not answered");
        reopening.wasSilent();
        lost(
                silent,
                Status.UNAVAILABLE.withDescription("endpoint " + silent.address() + " does not answer a keepalive"));
    }

    private void lost(Endpoint endpoint, Status status) {
        outstandingBecomesDue();
        oneShots.becomeDue();
        reopening.lost(endpoint, status);
        if (!engine.isIdle() || oneShots.areDue()) {
            reopening.plan(this::send);
        }
    }

    private List<KeptLease> outstanding() {
        List<KeptLease> found = new ArrayList<>();
        for (KeptLease lease : engine.kept()) {
            if (lease.outstanding && !solos.has(lease)) {
                found.add(lease);
            }
        }
        found.sort(Comparator.comparingLong(lease -> lease.isKnown() ? lease.validUntilNanos - lastAnswerNanos : 0));
        return found;
    }

    /** What was on its way is sent again, that which ends first at the front. */
    private void outstandingBecomesDue() {
        for (KeptLease lease : outstanding()) {
            lease.outstanding = false;
            due(lease);
            engine.place(lease);
        }
    }

    static boolean isRefusal(Status status) {
        return switch (status.getCode()) {
            case PERMISSION_DENIED, INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE, UNIMPLEMENTED ->
                !Failures.isTokenRefused(status);
            default -> false;
        };
    }

    // ---- once

    void once(long leaseId, CompletableFuture<LeaseRenewal> answer) {
        oneShots.add(leaseId, answer);
        KeptLease kept = engine.find(leaseId);
        if (kept != null && kept.outstanding) {
            // Its answer will do.
            oneShots.join(leaseId, kept.sentAtNanos);
        }
        send();
    }

    void giveUpOnce(long leaseId, CompletableFuture<LeaseRenewal> answer) {
        oneShots.giveUp(leaseId, answer);
    }

    void failOnce(LeaseholdException error) {
        oneShots.failAll(error);
    }

    // ---- the end

    void closeWhenIdle() {
        timeline.after(IDLE_NANOS, () -> {
            if (engine.isIdle() && !oneShots.areWaiting()) {
                closeNow();
            }
        });
    }

    void closeNow() {
        due.clear();
        if (stream != null) {
            stream.close("no leases are kept");
            stream = null;
        }
        oneShots.becomeDue();
        send();
    }
}
