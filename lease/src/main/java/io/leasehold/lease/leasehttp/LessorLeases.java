package io.leasehold.lease.leasehttp;

import com.google.protobuf.UnsafeByteOperations;
import io.leasehold.lease.lessor.Answer;
import io.leasehold.lease.lessor.Lease;
import io.leasehold.lease.lessor.Lessor;
import io.leasehold.lease.lessor.LessorError;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveResponse;
import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The leases of a {@link Lessor}, answered on the calling thread, which waits: first until this member has caught up, then,
 * for a renewal of a lease that has expired, until it is revoked.
 */
public final class LessorLeases implements HttpLeases {
    /** Waits until this member has applied all that was committed when the wait began; etcd's {@code waitApplied}. */
    @FunctionalInterface
    public interface AppliedWait {
        /** Nothing replicates this lessor: it is never behind. */
        AppliedWait NONE = atMost -> true;

        /** Whether it has caught up; false when {@code atMost} has passed first. */
        boolean waitApplied(Duration atMost) throws InterruptedException;
    }

    private final Lessor lessor;
    private final AppliedWait wait;

    /** Answers for a lessor. */
    public LessorLeases(Lessor lessor, AppliedWait wait) {
        this.lessor = lessor;
        this.wait = wait;
    }

    @Override
    public void renew(long leaseId, Consumer<LeaseHttpAnswer<Long>> listener) {
        LeaseHttpAnswer<Long> answer;
        try {
            answer = wait.waitApplied(LeaseHttp.APPLY_TIMEOUT)
                    ? answer(lessor.renew(leaseId))
                    : LeaseHttpAnswer.catchingUp();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            answer = LeaseHttpAnswer.catchingUp();
        }
        listener.accept(answer);
    }

    @Override
    public void timeToLive(long leaseId, boolean keys, Consumer<LeaseHttpAnswer<LeaseTimeToLiveResponse>> listener) {
        LeaseHttpAnswer<LeaseTimeToLiveResponse> answer;
        try {
            answer = wait.waitApplied(LeaseHttp.APPLY_TIMEOUT)
                    ? timeToLive(leaseId, keys)
                    : LeaseHttpAnswer.catchingUp();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            answer = LeaseHttpAnswer.catchingUp();
        }
        listener.accept(answer);
    }

    private static LeaseHttpAnswer<Long> answer(Answer<Long> renewal) {
        return switch (renewal) {
            case Answer.Done<Long> done -> new LeaseHttpAnswer.Done<>(done.value());
            case Answer.Refused<Long> refused ->
                refused.error() == LessorError.LEASE_NOT_FOUND
                        ? LeaseHttpAnswer.notFound()
                        : LeaseHttpAnswer.refused(refused.error().message());
        };
    }

    private LeaseHttpAnswer<LeaseTimeToLiveResponse> timeToLive(long leaseId, boolean keys) {
        Optional<Lease> found = lessor.lookup(leaseId);
        if (found.isEmpty()) {
            return LeaseHttpAnswer.notFound();
        }
        Lease lease = found.get();
        Duration remaining = lease.remaining();
        if (remaining.equals(Lease.FOR_EVER)) {
            // Nobody counts it down here: a number of seconds would be a lie.
            return LeaseHttpAnswer.demoted();
        }
        LeaseTimeToLiveResponse.Builder told = LeaseTimeToLiveResponse.newBuilder()
                .setHeader(ResponseHeader.getDefaultInstance())
                .setID(leaseId)
                .setTTL(remaining.toSeconds())
                .setGrantedTTL(lease.ttlSeconds());
        if (keys) {
            for (ByteSequence key : lease.keys()) {
                told.addKeys(UnsafeByteOperations.unsafeWrap(key.asReadOnlyBuffer()));
            }
        }
        return new LeaseHttpAnswer.Done<>(told.build());
    }
}
