package io.leasehold.server.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.ServerServiceDefinition;
import io.leasehold.mvcc.KeyRange;
import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.mvccpb.KeyValue;
import io.leasehold.protocol.v3electionpb.CampaignRequest;
import io.leasehold.protocol.v3electionpb.CampaignResponse;
import io.leasehold.protocol.v3electionpb.ElectionGrpc;
import io.leasehold.protocol.v3electionpb.LeaderKey;
import io.leasehold.protocol.v3electionpb.LeaderRequest;
import io.leasehold.protocol.v3electionpb.LeaderResponse;
import io.leasehold.protocol.v3electionpb.ProclaimRequest;
import io.leasehold.protocol.v3electionpb.ProclaimResponse;
import io.leasehold.protocol.v3electionpb.ResignRequest;
import io.leasehold.protocol.v3electionpb.ResignResponse;
import io.leasehold.server.replica.ReadPoint;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.RangeEvaluator;
import io.leasehold.statemachine.Requests;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Elections for clients without the recipe. The leader is whoever has the oldest key of the election's line. */
final class ElectionService {
    private final Gate gate;
    private final CallThreads threads;
    private final Headers headers;
    private final LongSupplier freshLeaseIds;

    ElectionService(Gate gate, CallThreads threads, Headers headers, LongSupplier freshLeaseIds) {
        this.gate = gate;
        this.threads = threads;
        this.headers = headers;
        this.freshLeaseIds = freshLeaseIds;
    }

    ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(ElectionGrpc.SERVICE_NAME)
                .addMethod(ElectionGrpc.getCampaignMethod(), UnaryCall.handler(threads, this::campaign))
                .addMethod(ElectionGrpc.getProclaimMethod(), UnaryCall.handler(threads, this::proclaim))
                .addMethod(ElectionGrpc.getLeaderMethod(), UnaryCall.handler(threads, this::leader))
                .addMethod(ElectionGrpc.getObserveMethod(), ObserveCall.handler(threads, gate, headers))
                .addMethod(ElectionGrpc.getResignMethod(), UnaryCall.handler(threads, this::resign))
                .build();
    }

    private void campaign(CampaignRequest request, UnaryCall<CampaignRequest, CampaignResponse> call) {
        Candidacy candidacy = new Candidacy(
                call.access(gate),
                call.executor(),
                new Candidacy.Candidate(
                        Requests.bytes(request.getName()), request.getLease(), Requests.bytes(request.getValue())),
                turn -> call.reply(CampaignResponse.newBuilder()
                        .setHeader(headers.message(turn.enteredRevision()))
                        .setLeader(LeaderKey.newBuilder()
                                .setName(request.getName())
                                .setKey(bytes(turn.key()))
                                .setRev(turn.createRevision())
                                .setLease(turn.leaseId()))
                        .build()),
                call::refuse);
        call.whenCancelled(candidacy::abandon);
        candidacy.start(freshLeaseIds);
    }

    private void proclaim(ProclaimRequest request, UnaryCall<ProclaimRequest, ProclaimResponse> call) {
        if (!request.hasLeader()) {
            call.refuse(ErrorCode.ELECTION_LEADER_MISSING);
            return;
        }
        LeaderKey leader = request.getLeader();
        ByteSequence key = Requests.bytes(leader.getKey());
        change(leader, Command.Put.of(key, Requests.bytes(request.getValue()), leader.getLease()), call, done -> {
            if (done.succeeded()) {
                call.reply(ProclaimResponse.newBuilder()
                        .setHeader(headers.message(done.revision()))
                        .build());
            } else {
                call.refuse(ErrorCode.ELECTION_NOT_LEADER);
            }
        });
    }

    private void resign(ResignRequest request, UnaryCall<ResignRequest, ResignResponse> call) {
        if (!request.hasLeader()) {
            call.refuse(ErrorCode.ELECTION_LEADER_MISSING);
            return;
        }
        KeyRange key = KeyRange.single(Requests.bytes(request.getLeader().getKey()));
        // Who leads no more has nothing to resign from, and that is no error.
        change(
                request.getLeader(),
                new Command.DeleteRange(key, false),
                call,
                done -> call.reply(ResignResponse.newBuilder()
                        .setHeader(headers.message(done.revision()))
                        .build()));
    }

    private void leader(LeaderRequest request, UnaryCall<LeaderRequest, LeaderResponse> call) {
        Command.Range first = Candidacy.first(Candidacy.line(Requests.bytes(request.getName())));
        call.access(gate).read(false, Need.read(first.range()), call.executor(), point -> {
            switch (point) {
                case ReadPoint.Failed failed -> call.refuse(failed.code());
                case ReadPoint.Ready ready -> {
                    switch (RangeEvaluator.evaluate(ready.snapshot(), first)) {
                        case Outcome.Refused refused -> call.refuse(refused.code());
                        case Outcome.Ranged ranged -> {
                            if (ranged.records().isEmpty()) {
                                call.refuse(ErrorCode.ELECTION_NO_LEADER);
                            } else {
                                call.reply(response(
                                        headers,
                                        ranged.revision(),
                                        ranged.records().getFirst()));
                            }
                        }
                    }
                }
            }
        });
    }

    /** An answer that tells a leader's key. */
    static LeaderResponse response(Headers headers, long revision, KeyValueRecord leader) {
        return LeaderResponse.newBuilder()
                .setHeader(headers.message(revision))
                .setKv(KeyValue.newBuilder()
                        .setKey(bytes(leader.key()))
                        .setCreateRevision(leader.createRevision())
                        .setModRevision(leader.modRevision())
                        .setVersion(leader.version())
                        .setValue(bytes(leader.value()))
                        .setLease(leader.leaseId()))
                .build();
    }

    /** Changes a leader's key while it is that leader's. */
    private void change(LeaderKey leader, Command.Op change, UnaryCall<?, ?> call, Consumer<Outcome.TxnDone> listener) {
        ByteSequence key = Requests.bytes(leader.getKey());
        if (key.isEmpty()) {
            call.refuse(ErrorCode.EMPTY_KEY);
            return;
        }
        call.access(gate).propose(Candidacy.guarded(key, leader.getRev(), change), call.executor(), outcome -> {
            switch (outcome) {
                case Outcome.TxnDone done -> listener.accept(done);
                case Outcome.Refused refused -> call.refuse(refused.code());
                default -> throw new IllegalStateException("an election's change came to " + outcome);
            }
        });
    }

    private static ByteString bytes(ByteSequence bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.asReadOnlyBuffer());
    }
}
