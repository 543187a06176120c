package io.leasehold.server.rpc;

import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.leasehold.mvcc.StoreCorruptedException;
import io.leasehold.mvcc.StoreHash;
import io.leasehold.mvcc.StoreSnapshot;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.AlarmRequest;
import io.leasehold.protocol.etcdserverpb.AlarmResponse;
import io.leasehold.protocol.etcdserverpb.DefragmentRequest;
import io.leasehold.protocol.etcdserverpb.DefragmentResponse;
import io.leasehold.protocol.etcdserverpb.DowngradeInfo;
import io.leasehold.protocol.etcdserverpb.DowngradeRequest;
import io.leasehold.protocol.etcdserverpb.DowngradeResponse;
import io.leasehold.protocol.etcdserverpb.HashKVRequest;
import io.leasehold.protocol.etcdserverpb.HashKVResponse;
import io.leasehold.protocol.etcdserverpb.HashRequest;
import io.leasehold.protocol.etcdserverpb.HashResponse;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.MoveLeaderRequest;
import io.leasehold.protocol.etcdserverpb.MoveLeaderResponse;
import io.leasehold.protocol.etcdserverpb.StatusRequest;
import io.leasehold.protocol.etcdserverpb.StatusResponse;
import io.leasehold.server.config.ServerVersion;
import io.leasehold.server.replica.MemberStatus;
import io.leasehold.server.replica.Replica;
import io.leasehold.server.snapshot.SnapshotFiles;
import io.leasehold.statemachine.ActiveAlarm;
import io.leasehold.statemachine.Messages;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.RequestValidator;
import io.leasehold.statemachine.Requests;
import io.leasehold.statemachine.auth.AuthState;
import io.leasehold.statemachine.auth.AuthStateCodec;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** What operators ask: status, alarms, hashes, who leads. */
final class MaintenanceService {
    /** HashKV's way of saying that nothing was ever compacted. */
    private static final long NEVER_COMPACTED = -1;

    /** A version to go down to: two numbers, or three. */
    private static final Pattern VERSION = Pattern.compile("\\d{1,9}\\.\\d{1,9}(\\.\\d{1,9})?");

    private final Gate gate;
    private final Replica replica;
    private final CallThreads threads;
    private final Headers headers;
    private final Executor slowReads;
    private final SnapshotFiles snapshots;
    private final ReadCounters reads;

    MaintenanceService(Gate gate, CallThreads threads, Headers headers, SnapshotFiles snapshots, ReadCounters reads) {
        this.gate = gate;
        this.replica = gate.replica();
        this.threads = threads;
        this.headers = headers;
        this.slowReads = gate.slowReads();
        this.snapshots = snapshots;
        this.reads = reads;
    }

    ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(MaintenanceGrpc.SERVICE_NAME)
                .addMethod(MaintenanceGrpc.getStatusMethod(), unary(Need.KNOWN, this::status))
                .addMethod(MaintenanceGrpc.getAlarmMethod(), UnaryCall.handler(threads, this::alarm))
                .addMethod(MaintenanceGrpc.getHashMethod(), unary(Need.ADMIN, this::hash))
                .addMethod(MaintenanceGrpc.getHashKVMethod(), unary(Need.ADMIN, this::hashKv))
                .addMethod(
                        MaintenanceGrpc.getSnapshotMethod(),
                        SnapshotCall.handler(threads, new SnapshotCall.Source(gate, snapshots, reads)))
                .addMethod(MaintenanceGrpc.getDefragmentMethod(), unary(Need.ADMIN, this::defragment))
                .addMethod(MaintenanceGrpc.getMoveLeaderMethod(), unary(Need.ADMIN, this::moveLeader))
                .addMethod(MaintenanceGrpc.getDowngradeMethod(), unary(Need.ADMIN, this::downgrade))
                .build();
    }

    private <Q, R> ServerCallHandler<Q, R> unary(Need need, UnaryCall.Method<Q, R> method) {
        return UnaryCall.handler(threads, gate.requiring(need, method));
    }

    private void status(StatusRequest request, UnaryCall<StatusRequest, StatusResponse> call) {
        MemberStatus status = replica.status();
        StatusResponse.Builder response = StatusResponse.newBuilder()
                .setHeader(headers.message(replica.snapshot().revision()))
                .setVersion(ServerVersion.ETCD)
                .setStorageVersion(ServerVersion.CLUSTER)
                .setDbSize(status.sizeBytes())
                .setDbSizeInUse(status.liveBytes())
                .setDbSizeQuota(Math.max(0, status.quotaBytes()))
                .setLeader(status.leaderId())
                .setIsLearner(status.learner())
                .setRaftIndex(status.raftIndex())
                .setRaftTerm(status.term())
                .setRaftAppliedIndex(status.appliedIndex())
                .setDowngradeInfo(DowngradeInfo.getDefaultInstance());
        if (status.leaderId() == 0) {
            response.addErrors(ErrorCode.NO_LEADER.message());
        }
        for (ActiveAlarm alarm : status.alarms()) {
            response.addErrors("memberID:" + Long.toUnsignedString(alarm.memberId()) + " alarm:" + alarm.type());
        }
        call.reply(response.build());
    }

    private void alarm(AlarmRequest request, UnaryCall<AlarmRequest, AlarmResponse> call) {
        Optional<ErrorCode> refusal = RequestValidator.alarm(request);
        if (refusal.isPresent()) {
            call.refuse(refusal.get());
            return;
        }
        call.access(gate).propose(Requests.alarm(request), call.executor(), outcome -> {
            switch (outcome) {
                case Outcome.Alarms alarms -> {
                    AlarmResponse.Builder response =
                            AlarmResponse.newBuilder().setHeader(headers.message(alarms.revision()));
                    alarms.alarms().forEach(alarm -> response.addAlarms(Messages.alarm(alarm)));
                    call.reply(response.build());
                }
                case Outcome.Refused refused -> call.refuse(refused.code());
                default -> throw new IllegalStateException("an alarm request came to " + outcome);
            }
        });
    }

    /** Keys, revisions, users and roles. */
    private void hash(HashRequest request, UnaryCall<HashRequest, HashResponse> call) {
        StoreSnapshot snapshot = replica.snapshot();
        AuthState auth = replica.auth();
        hashed(call, () -> HashResponse.newBuilder()
                .setHeader(headers.message(snapshot.revision()))
                .setHash(31 * reads.hash(() -> snapshot.hash(0)).hash() + Arrays.hashCode(AuthStateCodec.encode(auth)))
                .build());
    }

    /** Answers with what reads the whole store, elsewhere than on the call's thread. */
    private <R> void hashed(UnaryCall<?, R> call, Supplier<R> reading) {
        slowReads.execute(() -> {
            try {
                R response = reading.get();
                call.executor().execute(() -> call.reply(response));
            } catch (StoreCorruptedException damage) {
                replica.damaged(damage);
                call.executor().execute(() -> call.refuse(ErrorCode.CORRUPT));
            }
        });
    }

    private void hashKv(HashKVRequest request, UnaryCall<HashKVRequest, HashKVResponse> call) {
        StoreSnapshot snapshot = replica.snapshot();
        long revision = request.getRevision();
        if (revision > snapshot.revision()) {
            call.refuse(ErrorCode.FUTURE_REVISION);
        } else if (revision > 0 && revision < snapshot.compactedRevision()) {
            call.refuse(ErrorCode.COMPACTED);
        } else {
            hashed(call, () -> hashKv(snapshot, revision));
        }
    }

    private HashKVResponse hashKv(StoreSnapshot snapshot, long revision) {
        HashKVResponse.Builder response = HashKVResponse.newBuilder().setHeader(headers.message(snapshot.revision()));
        if (revision < 0) {
            // The hash of the records up to a negative revision: of none.
            return response.setCompactRevision(compactRevision(snapshot.compactedRevision()))
                    .setHashRevision(revision)
                    .build();
        }
        StoreHash hash = reads.hashAtRevision(() -> snapshot.hash(revision));
        return response.setHash(hash.hash())
                .setCompactRevision(compactRevision(hash.compactRevision()))
                .setHashRevision(hash.hashRevision())
                .build();
    }

    private static long compactRevision(long compactedRevision) {
        return compactedRevision == 0 ? NEVER_COMPACTED : compactedRevision;
    }

    /** Space is given back by itself, too; this one has it done at once. etcd, too, leaves the header out. */
    private void defragment(DefragmentRequest request, UnaryCall<DefragmentRequest, DefragmentResponse> call) {
        Runnable ended = reads.defragmentationBegins();
        replica.giveSpaceBack(call.executor(), () -> {
            ended.run();
            call.reply(DefragmentResponse.getDefaultInstance());
        });
    }

    /** Leadership goes to another voter; etcd, too, leaves the header out. */
    private void moveLeader(MoveLeaderRequest request, UnaryCall<MoveLeaderRequest, MoveLeaderResponse> call) {
        MemberStatus status = replica.status();
        long target = request.getTargetID();
        boolean voter = status.members().stream().anyMatch(member -> member.id() == target && !member.learner());
        if (!status.leader()) {
            call.refuse(ErrorCode.NOT_LEADER);
        } else if (!voter) {
            call.refuse(ErrorCode.BAD_LEADER_TRANSFEREE);
        } else if (target == status.memberId()) {
            call.reply(MoveLeaderResponse.getDefaultInstance());
        } else {
            replica.moveLeader(target, call.executor(), moved -> {
                if (moved) {
                    call.reply(MoveLeaderResponse.getDefaultInstance());
                } else {
                    call.refuse(Status.UNKNOWN.withDescription(
                            "etcdserver: request timed out, leader transfer took too long"));
                }
            });
        }
    }

    /** There is no earlier version of the files to go back to; to cancel what never began is no error. */
    private void downgrade(DowngradeRequest request, UnaryCall<DowngradeRequest, DowngradeResponse> call) {
        switch (request.getAction()) {
            case VALIDATE, ENABLE ->
                call.refuse(
                        VERSION.matcher(request.getVersion()).matches()
                                ? ErrorCode.INVALID_DOWNGRADE_TARGET_VERSION
                                : ErrorCode.WRONG_DOWNGRADE_VERSION_FORMAT);
            case CANCEL ->
                call.reply(DowngradeResponse.newBuilder()
                        .setHeader(headers.message(replica.snapshot().revision()))
                        .setVersion(ServerVersion.CLUSTER)
                        .build());
            case UNRECOGNIZED -> call.refuse(ErrorCode.UNKNOWN_METHOD);
        }
    }
}
