package io.leasehold.client;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.PutResponse;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A key-value service that fails as the test says, and else answers at its revision. */
final class FakeKv extends KVGrpc.KVImplBase {
    final Deque<Status> failures = new ArrayDeque<>();
    long revision = 5;
    int ranges;
    int puts;
    boolean silent;
    private final List<StreamObserver<RangeResponse>> unanswered = new ArrayList<>();

    @Override
    public void range(RangeRequest request, StreamObserver<RangeResponse> answer) {
        ranges++;
        if (silent) {
            unanswered.add(answer);
        } else if (!failed(answer)) {
            answer(answer);
        }
    }

    /** Speaks again. */
    void answer() {
        silent = false;
        unanswered.forEach(this::answer);
        unanswered.clear();
    }

    private void answer(StreamObserver<RangeResponse> answer) {
        answer.onNext(RangeResponse.newBuilder().setHeader(header()).build());
        answer.onCompleted();
    }

    @Override
    public void put(PutRequest request, StreamObserver<PutResponse> answer) {
        puts++;
        if (!failed(answer)) {
            revision++;
            answer.onNext(PutResponse.newBuilder().setHeader(header()).build());
            answer.onCompleted();
        }
    }

    private boolean failed(StreamObserver<?> answer) {
        Status failure = failures.poll();
        if (failure != null) {
            answer.onError(failure.asRuntimeException());
        }
        return failure != null;
    }

    private ResponseHeader header() {
        return ResponseHeader.newBuilder().setRevision(revision).build();
    }
}
