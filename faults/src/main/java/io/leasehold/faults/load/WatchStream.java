package io.leasehold.faults.load;

import static io.leasehold.faults.load.Client.bytes;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.leasehold.faults.history.Change;
import io.leasehold.faults.history.WatchLine;
import io.leasehold.protocol.ReadsClock;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.protocol.etcdserverpb.WatchProgressRequest;
import io.leasehold.protocol.etcdserverpb.WatchRequest;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import io.leasehold.protocol.mvccpb.Event;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One watch of all keys with a prefix, on one stream of its own; read by one thread. */
@ReadsClock("notes when real responses come")
final class WatchStream implements StreamObserver<WatchResponse>, AutoCloseable {
    private final BlockingQueue<WatchLine> lines = new LinkedBlockingQueue<>();
    private final StreamObserver<WatchRequest> requests;
    private volatile boolean broken;
    private volatile long compactedRevision;

    /** Opens it; events come from the given revision on. */
    WatchStream(ManagedChannel channel, String prefix, long startRevision) {
        requests = WatchGrpc.newStub(channel).watch(this);
        // The byte after the last one that a key of ours begins with.
        String end = prefix.substring(0, prefix.length() - 1) + (char) (prefix.charAt(prefix.length() - 1) + 1);
        requests.onNext(WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder()
                        .setKey(bytes(prefix))
                        .setRangeEnd(bytes(end))
                        .setStartRevision(startRevision)
                        .setProgressNotify(true))
                .build());
    }

    /** Asks how far it is. */
    void askForProgress() {
        if (!broken) {
            requests.onNext(WatchRequest.newBuilder()
                    .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                    .build());
        }
    }

    /** The next response that tells something; nothing when none comes in time. */
    Optional<WatchLine> next(long limitMillis) {
        try {
            return Optional.ofNullable(lines.poll(limitMillis, TimeUnit.MILLISECONDS));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Whether nothing more can come. */
    boolean isOver() {
        return broken && lines.isEmpty();
    }

    /** The revision below which the server says that it has nothing left; 0 when it says no such thing. */
    long compactedRevision() {
        return compactedRevision;
    }

    @Override
    public void close() {
        requests.onError(Status.CANCELLED.asRuntimeException());
    }

    @Override
    public void onNext(WatchResponse response) {
        if (response.getCanceled()) {
            compactedRevision = response.getCompactRevision();
            broken = true;
        } else if (!response.getCreated()) {
            lines.add(new WatchLine(
                    System.nanoTime(),
                    response.getHeader().getRevision(),
                    response.getEventsList().stream().map(WatchStream::change).toList()));
        }
    }

    private static Change change(Event event) {
        return new Change(
                event.getKv().getModRevision(),
                event.getKv().getKey().toStringUtf8(),
                event.getType() == Event.EventType.DELETE
                        ? null
                        : event.getKv().getValue().toStringUtf8());
    }

    @Override
    public void onError(Throwable reason) {
        broken = true;
    }

    @Override
    public void onCompleted() {
        broken = true;
    }
}
