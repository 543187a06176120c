package io.leasehold.client.internal.admin;

import io.grpc.Status;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.internal.rpc.Endpoint;
import io.leasehold.client.internal.rpc.Failures;
import io.leasehold.client.internal.rpc.OpenStream;
import io.leasehold.client.internal.rpc.Repeat;
import io.leasehold.client.internal.rpc.StreamSink;
import io.leasehold.client.internal.rpc.Wire;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.maintenance.Alarm;
import io.leasehold.client.maintenance.KvHash;
import io.leasehold.client.maintenance.Maintenance;
import io.leasehold.client.maintenance.MemberStatus;
import io.leasehold.protocol.etcdserverpb.AlarmMember;
import io.leasehold.protocol.etcdserverpb.AlarmRequest;
import io.leasehold.protocol.etcdserverpb.AlarmType;
import io.leasehold.protocol.etcdserverpb.DefragmentRequest;
import io.leasehold.protocol.etcdserverpb.HashKVRequest;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.MoveLeaderRequest;
import io.leasehold.protocol.etcdserverpb.SnapshotRequest;
import io.leasehold.protocol.etcdserverpb.SnapshotResponse;
import io.leasehold.protocol.etcdserverpb.StatusRequest;
import io.leasehold.protocol.etcdserverpb.StatusResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Maintenance of a server. */
public final class GrpcMaintenance implements Maintenance {
    /** A server may have to read all it has before it sends the first piece; after that they follow one another. */
    private static final long SILENCE_NANOS_MAX = 60_000_000_000L;

    private final Caller caller;
    private final long timeoutNanos;

    /** Made by the client. */
    public GrpcMaintenance(Caller caller, long timeoutNanos) {
        this.caller = caller;
        this.timeoutNanos = timeoutNanos;
    }

    @Override
    public CompletableFuture<MemberStatus> status(String endpoint) {
        return at(
                endpoint,
                pinned -> caller.callAt(
                        pinned,
                        MaintenanceGrpc.getStatusMethod(),
                        StatusRequest.getDefaultInstance(),
                        Repeat.ALWAYS,
                        timeoutNanos,
                        GrpcMaintenance::status));
    }

    @Override
    public CompletableFuture<List<Alarm>> alarms() {
        AlarmRequest request = AlarmRequest.newBuilder()
                .setAction(AlarmRequest.AlarmAction.GET)
                .build();
        return caller.call(
                MaintenanceGrpc.getAlarmMethod(),
                request,
                Repeat.ALWAYS,
                timeoutNanos,
                answer -> alarms(answer.getAlarmsList()));
    }

    @Override
    public CompletableFuture<List<Alarm>> disarm(Alarm alarm) {
        AlarmRequest request = AlarmRequest.newBuilder()
                .setAction(AlarmRequest.AlarmAction.DEACTIVATE)
                .setMemberID(alarm.memberId())
                .setAlarm(
                        switch (alarm.type()) {
                            case NONE -> AlarmType.NONE;
                            case NO_SPACE -> AlarmType.NOSPACE;
                            case CORRUPT -> AlarmType.CORRUPT;
                        })
                .build();
        return caller.call(
                MaintenanceGrpc.getAlarmMethod(),
                request,
                Repeat.ALWAYS,
                timeoutNanos,
                answer -> alarms(answer.getAlarmsList()));
    }

    @Override
    public CompletableFuture<Void> defragment(String endpoint) {
        return at(
                endpoint,
                pinned -> caller.callAt(
                        pinned,
                        MaintenanceGrpc.getDefragmentMethod(),
                        DefragmentRequest.getDefaultInstance(),
                        Repeat.ALWAYS,
                        timeoutNanos,
                        GrpcMaintenance::nothing));
    }

    @Override
    public CompletableFuture<KvHash> hash(String endpoint, long revision) {
        return at(
                endpoint,
                pinned -> caller.callAt(
                        pinned,
                        MaintenanceGrpc.getHashKVMethod(),
                        HashKVRequest.newBuilder().setRevision(revision).build(),
                        Repeat.ALWAYS,
                        timeoutNanos,
                        answer -> new KvHash(
                                Wire.header(answer.getHeader()), answer.getHash(), answer.getCompactRevision())));
    }

    @Override
    public CompletableFuture<Void> moveLeader(String endpoint, long memberId) {
        return at(
                endpoint,
                pinned -> caller.callAt(
                        pinned,
                        MaintenanceGrpc.getMoveLeaderMethod(),
                        MoveLeaderRequest.newBuilder().setTargetID(memberId).build(),
                        Repeat.IF_NOT_SENT,
                        timeoutNanos,
                        GrpcMaintenance::nothing));
    }

    @Override
    public CompletableFuture<Long> snapshot(String endpoint, OutputStream target) {
        return at(endpoint, pinned -> {
            Download download = new Download(target);
            caller.timeline().execute(() -> download.begin(pinned));
            return caller.untilClosed(download.done);
        });
    }

    private <R> CompletableFuture<R> at(String endpoint, Function<Endpoint, CompletableFuture<R>> call) {
        Endpoint pinned = caller.pool().find(endpoint);
        if (pinned != null) {
            return call.apply(pinned);
        }
        Endpoint visited = caller.pool().visit(endpoint);
        CompletableFuture<R> future = call.apply(visited);
        caller.pool().leaveAfter(visited, future);
        return future;
    }

    private static MemberStatus status(StatusResponse answer) {
        return new MemberStatus(
                Wire.header(answer.getHeader()),
                answer.getVersion(),
                answer.getDbSize(),
                answer.getDbSizeInUse(),
                answer.getLeader(),
                answer.getRaftIndex(),
                answer.getRaftAppliedIndex(),
                answer.getIsLearner(),
                answer.getErrorsList());
    }

    private static List<Alarm> alarms(List<AlarmMember> wire) {
        return wire.stream()
                .map(alarm -> new Alarm(
                        alarm.getMemberID(),
                        switch (alarm.getAlarm()) {
                            case NONE, UNRECOGNIZED -> Alarm.Type.NONE;
                            case NOSPACE -> Alarm.Type.NO_SPACE;
                            case CORRUPT -> Alarm.Type.CORRUPT;
                        }))
                .toList();
    }

    @SuppressWarnings("NullAway") // The one value a future of Void can have.
    private static Void nothing(Object answer) {
        return null;
    }

    /** A snapshot on its way: written piece by piece on the callback executor. */
    private final class Download implements StreamSink<SnapshotResponse> {
        private final OutputStream target;
        private final CompletableFuture<Long> done = new CompletableFuture<>();
        private @Nullable OpenStream<SnapshotRequest, SnapshotResponse> stream;
        private CompletableFuture<Long> written = CompletableFuture.completedFuture(0L);
        private int pieces;
        private boolean whole;

        Download(OutputStream target) {
            this.target = target;
        }

        void begin(Endpoint pinned) {
            OpenStream<SnapshotRequest, SnapshotResponse> opened =
                    caller.openAt(pinned, MaintenanceGrpc.getSnapshotMethod(), this);
            stream = opened;
            opened.send(SnapshotRequest.getDefaultInstance());
            opened.halfClose();
            Futures.onEnd(
                    done, (bytes, failed) -> caller.timeline().execute(() -> opened.close("the snapshot is over")));
            expectMore(0);
        }

        /** A server that is there and sends nothing is not waited for for ever; one that waits for the target is. */
        private void expectMore(int alreadyThere) {
            caller.timeline().after(SILENCE_NANOS_MAX, () -> {
                if (done.isDone() || whole) {
                    return;
                }
                if (pieces == alreadyThere && written.isDone()) {
                    done.completeExceptionally(LeaseholdException.local(
                            LeaseholdException.Kind.DEADLINE_EXCEEDED, "no more of the snapshot came for a minute"));
                } else {
                    expectMore(pieces);
                }
            });
        }

        @Override
        public boolean isPaced() {
            return true;
        }

        @Override
        public void message(SnapshotResponse piece) {
            pieces++;
            written = written.thenApplyAsync(
                    soFar -> {
                        try {
                            piece.getBlob().writeTo(target);
                            return soFar + piece.getBlob().size();
                        } catch (IOException failed) {
                            throw new LeaseholdException(
                                    LeaseholdException.Kind.OTHER, null, false, "cannot write the snapshot", failed);
                        }
                    },
                    caller.callbacks());
            Futures.onEnd(written, (bytes, failed) -> {
                if (failed == null) {
                    caller.timeline().execute(this::next);
                } else {
                    done.completeExceptionally(Futures.cause(failed));
                }
            });
        }

        private void next() {
            if (stream != null) {
                stream.requestMore();
            }
        }

        @Override
        public void ended(Status status) {
            whole = status.isOk();
            if (whole) {
                Futures.onEnd(written, (bytes, failed) -> {
                    if (bytes != null) {
                        done.complete(bytes);
                    }
                });
            } else {
                done.completeExceptionally(Failures.exception(status, false, "snapshot"));
            }
        }
    }
}
