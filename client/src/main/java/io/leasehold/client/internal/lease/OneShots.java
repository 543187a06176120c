package io.leasehold.client.internal.lease;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.lease.LeaseRenewal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Renewals that were asked for once, by the lease they are for; several for one lease share an answer. Also those on their way
 * that nobody waits for any more: their answers must not be taken for answers to later requests.
 */
final class OneShots {
    private final Map<Long, OneShot> waiting = new LinkedHashMap<>();
    private int dueCount;

    void add(long leaseId, CompletableFuture<LeaseRenewal> answer) {
        OneShot shot = waiting.get(leaseId);
        if (shot == null) {
            shot = new OneShot();
            waiting.put(leaseId, shot);
            dueCount++;
        }
        shot.answers.add(answer);
    }

    /** A renewal of the lease is on its way already. */
    void join(long leaseId, long sentAtNanos) {
        OneShot shot = waiting.get(leaseId);
        if (shot != null) {
            sent(shot, sentAtNanos);
        }
    }

    /** A renewal of the lease is on its way, and who wanted it has gone. */
    void abandoned(long leaseId, long sentAtNanos) {
        waiting.computeIfAbsent(leaseId, none -> {
            dueCount++;
            return new OneShot();
        });
        join(leaseId, sentAtNanos);
    }

    /** When the renewal of the lease that is on its way was sent; empty if there is none here. */
    OptionalLong onItsWaySince(long leaseId) {
        OneShot shot = waiting.isEmpty() ? null : waiting.get(leaseId);
        return shot != null && shot.sent ? OptionalLong.of(shot.sentAtNanos) : OptionalLong.empty();
    }

    boolean areDue() {
        return dueCount > 0;
    }

    boolean areWaiting() {
        return waiting.values().stream().anyMatch(shot -> !shot.answers.isEmpty());
    }

    /** Adds the ids that are to be sent and notes them as sent. */
    void take(List<Long> ids, long now) {
        if (dueCount == 0) {
            return;
        }
        waiting.forEach((id, shot) -> {
            if (!shot.sent) {
                sent(shot, now);
                ids.add(id);
            }
        });
    }

    private void sent(OneShot shot, long now) {
        if (!shot.sent) {
            shot.sent = true;
            dueCount--;
        }
        shot.sentAtNanos = now;
    }

    /** The stream is lost: all that are waited for are to be sent again. */
    void becomeDue() {
        waiting.values().removeIf(shot -> shot.answers.isEmpty());
        waiting.values().forEach(shot -> shot.sent = false);
        dueCount = waiting.size();
    }

    /** Answers whether somebody had asked. */
    boolean renewed(long leaseId, long ttlNanos, long now) {
        OneShot shot = remove(leaseId);
        if (shot == null) {
            return false;
        }
        LeaseRenewal renewal = new LeaseRenewal(
                leaseId,
                Duration.ofNanos(ttlNanos),
                Duration.ofNanos(now - shot.sentAtNanos),
                shot.sentAtNanos + RenewalTimes.validity(ttlNanos));
        shot.answers.forEach(answer -> answer.complete(renewal));
        return !shot.answers.isEmpty();
    }

    /** Answers whether somebody had asked. */
    boolean failed(long leaseId, LeaseholdException error) {
        OneShot shot = remove(leaseId);
        if (shot == null) {
            return false;
        }
        shot.answers.forEach(answer -> answer.completeExceptionally(error));
        return !shot.answers.isEmpty();
    }

    void failAll(LeaseholdException error) {
        for (Iterator<OneShot> shots = waiting.values().iterator(); shots.hasNext(); ) {
            shots.next().answers.forEach(answer -> answer.completeExceptionally(error));
            shots.remove();
        }
        dueCount = 0;
    }

    void giveUp(long leaseId, CompletableFuture<LeaseRenewal> answer) {
        OneShot shot = waiting.get(leaseId);
        if (shot != null && shot.answers.removeIf(waitingFor -> waitingFor == answer)) {
            if (shot.answers.isEmpty() && !shot.sent) {
                remove(leaseId);
            }
            answer.completeExceptionally(LeaseholdException.local(
                    LeaseholdException.Kind.DEADLINE_EXCEEDED,
                    "the renewal of lease " + Long.toHexString(leaseId) + " was not answered in time"));
        }
    }

    private @Nullable OneShot remove(long leaseId) {
        // Mostly nobody asks once, and each answer to the leases that are kept comes by here.
        OneShot shot = waiting.isEmpty() ? null : waiting.remove(leaseId);
        if (shot != null && !shot.sent) {
            dueCount--;
        }
        return shot;
    }

    private static final class OneShot {
        private final List<CompletableFuture<LeaseRenewal>> answers = new ArrayList<>(1);
        private boolean sent;
        private long sentAtNanos;
    }
}
