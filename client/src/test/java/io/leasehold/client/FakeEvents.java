package io.leasehold.client;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.protocol.etcdserverpb.WatchRequest;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import io.leasehold.protocol.mvccpb.Event;
import java.util.ArrayList;
import java.util.List;

/** Watches of a {@link FakeStore}: history first, then what happens. */
final class FakeEvents extends WatchGrpc.WatchImplBase {
    private final FakeStore store;
    final List<Watching> watchers = new ArrayList<>();
    private final List<StreamObserver<WatchResponse>> open = new ArrayList<>();

    /** A watch that stands. */
    record Watching(StreamObserver<WatchResponse> stream, WatchCreateRequest request) {}

    FakeEvents(FakeStore store) {
        this.store = store;
    }

    /** Everybody is cut off, and comes back when time passes. */
    void cut() {
        List<StreamObserver<WatchResponse>> all = List.copyOf(open);
        open.clear();
        watchers.clear();
        all.forEach(stream ->
                stream.onError(Status.UNAVAILABLE.withDescription("cut").asRuntimeException()));
    }

    void tell(long revision, List<Event> events) {
        List.copyOf(watchers).forEach(watching -> tell(watching, revision, events));
    }

    private void tell(Watching watching, long revision, List<Event> events) {
        WatchCreateRequest request = watching.request();
        List<Event> wanted = events.stream()
                .filter(event -> revision >= request.getStartRevision())
                .filter(event -> FakeStore.contains(
                        request.getKey(), request.getRangeEnd(), event.getKv().getKey()))
                .filter(event -> !request.getFiltersList()
                        .contains(
                                event.getType() == Event.EventType.PUT
                                        ? WatchCreateRequest.FilterType.NOPUT
                                        : WatchCreateRequest.FilterType.NODELETE))
                .toList();
        if (!wanted.isEmpty()) {
            watching.stream()
                    .onNext(response(request.getWatchId()).addAllEvents(wanted).build());
        }
    }

    private WatchResponse.Builder response(long id) {
        return WatchResponse.newBuilder()
                .setHeader(ResponseHeader.newBuilder().setRevision(store.revision))
                .setWatchId(id);
    }

    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> answers) {
        open.add(answers);
        return new StreamObserver<>() {
            @Override
            public void onNext(WatchRequest request) {
                if (request.hasCreateRequest()) {
                    create(answers, request.getCreateRequest());
                } else if (request.hasCancelRequest()) {
                    long id = request.getCancelRequest().getWatchId();
                    watchers.removeIf(watching ->
                            watching.stream() == answers && watching.request().getWatchId() == id);
                }
            }

            @Override
            public void onError(Throwable gone) {
                onCompleted();
            }

            @Override
            public void onCompleted() {
                open.remove(answers);
                watchers.removeIf(watching -> watching.stream() == answers);
            }
        };
    }

    private void create(StreamObserver<WatchResponse> answers, WatchCreateRequest request) {
        answers.onNext(response(request.getWatchId()).setCreated(true).build());
        if (request.getStartRevision() > 0 && request.getStartRevision() < store.compacted) {
            answers.onNext(response(request.getWatchId())
                    .setCanceled(true)
                    .setCompactRevision(store.compacted)
                    .build());
            return;
        }
        Watching watching = new Watching(answers, request);
        watchers.add(watching);
        long from = request.getStartRevision() == 0 ? store.revision + 1 : request.getStartRevision();
        store.history.tailMap(from, true).forEach((revision, events) -> tell(watching, revision, events));
    }
}
