package io.leasehold.server;

import com.google.protobuf.UnsafeByteOperations;
import io.leasehold.lease.leasehttp.HttpLeases;
import io.leasehold.lease.leasehttp.LeaseHttp;
import io.leasehold.lease.leasehttp.LeaseHttpAnswer;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveResponse;
import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import io.leasehold.server.replica.Renewal;
import io.leasehold.server.replica.Replica;
import io.leasehold.server.replica.TimeToLive;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A replica's leases for lease HTTP. What the replica does not answer within etcd's second is answered 408, so that the
 * asking member tries again; a renewal may take effect nevertheless. Any thread.
 */
final class ReplicaLeases implements HttpLeases {
    private final Replica replica;
    private final ScheduledExecutorService timer;

    /** {@code timer} runs the time-outs and takes the replica's answers; short tasks only. */
    ReplicaLeases(Replica replica, ScheduledExecutorService timer) {
        this.replica = replica;
        this.timer = timer;
    }

    @Override
    public void renew(long leaseId, Consumer<LeaseHttpAnswer<Long>> listener) {
        Consumer<LeaseHttpAnswer<Long>> bounded = bounded(listener);
        replica.renew(
                leaseId,
                timer,
                renewal -> bounded.accept(
                        switch (renewal) {
                            case Renewal.Answered answered ->
                                answered.ttlMillis() == 0
                                        ? LeaseHttpAnswer.notFound()
                                        : new LeaseHttpAnswer.Done<>(answered.ttlSeconds());
                            case Renewal.Failed failed -> failed(failed.code());
                        }));
    }

    @Override
    public void timeToLive(long leaseId, boolean keys, Consumer<LeaseHttpAnswer<LeaseTimeToLiveResponse>> listener) {
        Consumer<LeaseHttpAnswer<LeaseTimeToLiveResponse>> bounded = bounded(listener);
        replica.timeToLive(
                leaseId,
                keys,
                timer,
                told -> bounded.accept(
                        switch (told) {
                            case TimeToLive.Known known -> new LeaseHttpAnswer.Done<>(response(leaseId, known));
                            case TimeToLive.Unknown unknown -> LeaseHttpAnswer.notFound();
                            case TimeToLive.Failed failed ->
                                failed.code() == ErrorCode.LEADER_CHANGED
                                        ? LeaseHttpAnswer.demoted()
                                        : failed(failed.code());
                        }));
    }

    /** A listener for two: whichever comes first, the answer or the time-out, is told. */
    private <T> Consumer<LeaseHttpAnswer<T>> bounded(Consumer<LeaseHttpAnswer<T>> listener) {
        AtomicBoolean told = new AtomicBoolean();
        ScheduledFuture<?> timeout = timer.schedule(
                () -> {
                    if (told.compareAndSet(false, true)) {
                        listener.accept(LeaseHttpAnswer.catchingUp());
                    }
                },
                LeaseHttp.APPLY_TIMEOUT.toMillis(),
                TimeUnit.MILLISECONDS);
        return answer -> {
            if (told.compareAndSet(false, true)) {
                timeout.cancel(false);
                listener.accept(answer);
            }
        };
    }

    private static <T> LeaseHttpAnswer<T> failed(ErrorCode code) {
        return code == ErrorCode.TIMEOUT || code == ErrorCode.TIMEOUT_APPLIED_INDEX
                ? LeaseHttpAnswer.catchingUp()
                : LeaseHttpAnswer.refused(code.message());
    }

    /** The header stays empty: the member that passes the answer on to a client puts in its own. */
    private static LeaseTimeToLiveResponse response(long leaseId, TimeToLive.Known known) {
        LeaseTimeToLiveResponse.Builder response = LeaseTimeToLiveResponse.newBuilder()
                .setHeader(ResponseHeader.getDefaultInstance())
                .setID(leaseId)
                .setTTL(known.remainingSeconds())
                .setGrantedTTL(known.grantedSeconds());
        for (ByteSequence key : known.keys()) {
            response.addKeys(UnsafeByteOperations.unsafeWrap(key.asReadOnlyBuffer()));
        }
        return response.build();
    }
}
