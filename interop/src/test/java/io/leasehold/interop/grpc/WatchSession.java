package io.leasehold.interop.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.etcdserverpb.WatchCancelRequest;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.protocol.etcdserverpb.WatchProgressRequest;
import io.leasehold.protocol.etcdserverpb.WatchRequest;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import io.leasehold.protocol.mvccpb.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One watch stream, read response by response. Used by one thread; ends with its connection. */
final class WatchSession {
    private static final long ANSWER_LIMIT_SECONDS = 20;

    /** How long nothing must come before it counts as silence. */
    private static final long SILENCE_MILLIS = 400;

    private final BlockingQueue<WatchResponse> responses = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final StreamObserver<WatchRequest> requests;

    WatchSession(ManagedChannel channel) {
        requests = WatchGrpc.newStub(channel).watch(new StreamObserver<>() {
            @Override
            public void onNext(WatchResponse response) {
                responses.add(response);
            }

            @Override
            public void onError(Throwable reason) {
                end.complete(Status.fromThrowable(reason));
            }

            @Override
            public void onCompleted() {
                end.complete(Status.OK);
            }
        });
    }

    /** Asks for a watcher and returns the first response after it. */
    WatchResponse create(WatchCreateRequest.Builder create) {
        requests.onNext(WatchRequest.newBuilder().setCreateRequest(create).build());
        return next();
    }

    /** A watcher of one key from a revision on, which must be granted; returns its id. */
    long watch(String key, long startRevision) {
        WatchResponse created =
                create(WatchCreateRequest.newBuilder().setKey(Calls.bytes(key)).setStartRevision(startRevision));
        assertThat(created.getCreated()).isTrue();
        assertThat(created.getCanceled()).isFalse();
        return created.getWatchId();
    }

    void cancel(long watchId) {
        requests.onNext(WatchRequest.newBuilder()
                .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(watchId))
                .build());
    }

    void askForProgress() {
        requests.onNext(WatchRequest.newBuilder()
                .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                .build());
    }

    void halfClose() {
        requests.onCompleted();
    }

    WatchResponse next() {
        WatchResponse response = poll(TimeUnit.SECONDS.toMillis(ANSWER_LIMIT_SECONDS));
        if (response == null) {
            throw new AssertionError("no response of the watch after " + ANSWER_LIMIT_SECONDS + " s");
        }
        return response;
    }

    /** The next events, over as many responses as it takes. */
    List<Event> events(int count) {
        List<Event> events = new ArrayList<>();
        while (events.size() < count) {
            events.addAll(next().getEventsList());
        }
        return events;
    }

    void isSilent() {
        assertThat(poll(SILENCE_MILLIS)).as("nothing").isNull();
    }

    /** How the server ended the stream. */
    Status end() {
        try {
            return end.get(ANSWER_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (Exception notEnded) {
            throw new AssertionError("the stream goes on", notEnded);
        }
    }

    private @Nullable WatchResponse poll(long millis) {
        try {
            return responses.poll(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        }
    }
}
