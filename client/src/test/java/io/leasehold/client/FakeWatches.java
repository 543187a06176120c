package io.leasehold.client;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.protocol.etcdserverpb.WatchRequest;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import io.leasehold.protocol.mvccpb.Event;
import io.leasehold.protocol.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.List;

/** A watch service that does what the test says, response by response. */
final class FakeWatches extends WatchGrpc.WatchImplBase {
    final List<StreamObserver<WatchResponse>> open = new ArrayList<>();
    final List<WatchCreateRequest> created = new ArrayList<>();
    final List<Long> cancelled = new ArrayList<>();
    boolean answerCreations = true;
    int streams;
    long revision = 10;

    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> answers) {
        streams++;
        open.add(answers);
        return new StreamObserver<>() {
            @Override
            public void onNext(WatchRequest request) {
                if (request.hasCreateRequest()) {
                    created.add(request.getCreateRequest());
                    if (answerCreations) {
                        answers.onNext(response(request.getCreateRequest().getWatchId())
                                .setCreated(true)
                                .build());
                    }
                } else if (request.hasCancelRequest()) {
                    cancelled.add(request.getCancelRequest().getWatchId());
                }
            }

            @Override
            public void onError(Throwable gone) {
                open.remove(answers);
            }

            @Override
            public void onCompleted() {
                open.remove(answers);
            }
        };
    }

    WatchCreateRequest newest() {
        return created.get(created.size() - 1);
    }

    WatchResponse.Builder response(long id) {
        return WatchResponse.newBuilder()
                .setHeader(ResponseHeader.newBuilder().setRevision(revision))
                .setWatchId(id);
    }

    /** Events of these revisions for the newest watch, one key each. */
    void tell(boolean fragment, long... revisions) {
        WatchResponse.Builder response = response(newest().getWatchId()).setFragment(fragment);
        for (long at : revisions) {
            response.addEvents(Event.newBuilder()
                    .setKv(KeyValue.newBuilder()
                            .setKey(ByteString.copyFromUtf8("k"))
                            .setModRevision(at)));
        }
        send(response.build());
    }

    void send(WatchResponse response) {
        List.copyOf(open).forEach(stream -> stream.onNext(response));
    }

    void end(Status status) {
        List<StreamObserver<WatchResponse>> all = List.copyOf(open);
        open.clear();
        all.forEach(stream -> stream.onError(status.asRuntimeException()));
    }
}
