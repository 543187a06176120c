package io.leasehold.server.rpc;

import io.grpc.ServerCallHandler;
import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import io.leasehold.protocol.etcdserverpb.WatchRequest;
import io.leasehold.server.watch.WatchMessage;
import io.leasehold.server.watch.WatchSink;
import io.leasehold.server.watch.WatchSpec;
import io.leasehold.server.watch.WatchStream;
import io.leasehold.statemachine.Requests;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One watch stream between gRPC and the dispatcher. Requests go straight to the dispatcher, as many at a time as it has
 * answered and the client has read. Responses come through a queue that the call's thread empties while the transport
 * has room; what is queued is counted, and a full queue tells the dispatcher that this client is slow.
 *
 * <p>The half-close of the client is of no concern: events go on.
 */
final class WatchCall implements StreamCall.Handler<WatchRequest>, WatchSink {
    /** Requests under way on one stream. */
    static final int REQUESTS_LIMIT = 64;
    /** What is queued for one stream: some bursts of the largest responses that gathered changes are sent in. */
    private static final int QUEUED_BYTES_LIMIT = 1024 * 1024;
    /**
     * What is queued while the transport has no room: a burst, which is brought faster than it is sent. Who waits for room
     * is told when there is less than this: catching up for a response or two costs more than it brings.
     */
    private static final int QUEUED_BYTES_RESUMED = QUEUED_BYTES_LIMIT / 4;

    private static final ByteSequence FIRST_KEY = ByteSequence.wrap(new byte[] {0});

    private final StreamCall<WatchRequest, WireMessage> call;
    private final Headers headers;
    private final WatchStream stream;
    private final Access access;

    private final ConcurrentLinkedQueue<QueuedReply> queue = new ConcurrentLinkedQueue<>();
    /**
     * What was queued last, by the dispatcher's thread; the call's thread lets go of it when all is sent, as events keep the
     * store's files in memory. If the one overtakes the other, a response counts in full.
     */
    private volatile @Nullable QueuedReply lastQueued;

    private final AtomicLong queuedBytes = new AtomicLong();
    /** Requests dealt with whose answers may still be queued. */
    private final AtomicInteger handled = new AtomicInteger();
    /** Whether a run of {@link #drain} is on its way. */
    private final AtomicBoolean draining = new AtomicBoolean();

    private final ClientRoom room = new ClientRoom();
    /** Requests not passed on yet, at most as many as were let in. Call's thread only. */
    private final Deque<WatchRequest> unheeded = new ArrayDeque<>();

    /** Whether it is being found out what the caller of a create may watch. Call's thread only. */
    private boolean checking;

    private WatchCall(StreamCall<WatchRequest, WireMessage> call, Headers headers, Gate gate) {
        this.call = call;
        this.headers = headers;
        this.access = call.access(gate);
        this.stream = gate.replica().watches().open(this);
    }

    static ServerCallHandler<WatchRequest, WireMessage> handler(CallThreads threads, Headers headers, Gate gate) {
        return StreamCall.handler(threads, REQUESTS_LIMIT, call -> new WatchCall(call, headers, gate));
    }

    @Override
    public void received(WatchRequest request) {
        unheeded.add(request);
        heed();
    }

    /** Passes the requests on in their order; while the caller of one is being found out, those behind it wait. */
    private void heed() {
        while (!checking && !unheeded.isEmpty()) {
            heed(unheeded.remove());
        }
    }

    private void heed(WatchRequest request) {
        switch (request.getRequestUnionCase()) {
            case CREATE_REQUEST -> create(spec(request.getCreateRequest()));
            case CANCEL_REQUEST -> stream.cancel(request.getCancelRequest().getWatchId());
            case PROGRESS_REQUEST -> stream.progress();
            // Not answered, so that the next may come at once.
            case REQUESTUNION_NOT_SET -> handled();
        }
    }

    @Override
    public void ready() {
        drain();
    }

    @Override
    public void ended() {
        stream.close();
        queue.clear();
        lastQueued = null;
    }

    @Override
    public boolean isReady() {
        if (room.isAwaited()) {
            // Others of the stream wait: all of them are told together, and nobody fills the room before that.
            return false;
        }
        if (hasRoom()) {
            return true;
        }
        room.await();
        // Room made before the line above was not announced; then nobody else will announce it.
        return isEmptied() && room.takeWaiting();
    }

    @Override
    public void send(WatchMessage message) {
        QueuedReply queued = QueuedReply.behind(lastQueued, new WatchReply(headers.at(message.revision()), message));
        lastQueued = queued;
        queuedBytes.addAndGet(queued.sizeBytes());
        queue.add(queued);
        scheduleDrain();
    }

    @Override
    public void handled() {
        handled.incrementAndGet();
        scheduleDrain();
    }

    /** Who may read the range now may watch it for as long as the stream lives, as with etcd. */
    private void create(WatchSpec spec) {
        checking = true;
        access.check(
                Need.read(spec.range()),
                call.executor(),
                () -> checked(() -> stream.create(spec)),
                code -> checked(() -> {
                    // A bad start revision is told first.
                    if (spec.startRevision() < 0) {
                        stream.create(spec);
                    } else {
                        stream.refuse(GoText.of(code));
                    }
                }));
    }

    private void checked(Runnable request) {
        checking = false;
        if (call.isOpen()) {
            request.run();
            heed();
        }
    }

    private static WatchSpec spec(WatchCreateRequest request) {
        boolean noPut = false;
        boolean noDelete = false;
        for (WatchCreateRequest.FilterType filter : request.getFiltersList()) {
            switch (filter) {
                case NOPUT -> noPut = true;
                case NODELETE -> noDelete = true;
                // Filters of later versions leave nothing out.
                case UNRECOGNIZED -> {}
            }
        }
        ByteSequence key = request.getKey().isEmpty() ? FIRST_KEY : Requests.bytes(request.getKey());
        return new WatchSpec(
                KeyRange.of(key, Requests.bytes(request.getRangeEnd())),
                request.getStartRevision(),
                request.getWatchId(),
                noPut,
                noDelete,
                request.getPrevKv(),
                request.getProgressNotify(),
                request.getFragment());
    }

    private boolean hasRoom() {
        return queuedBytes.get() < (room.isTransportReady() ? QUEUED_BYTES_LIMIT : QUEUED_BYTES_RESUMED);
    }

    /** Whether there is so much room that those who wait may go on; no event is queued while they wait. */
    private boolean isEmptied() {
        return room.isTransportReady() && queuedBytes.get() <= QUEUED_BYTES_RESUMED;
    }

    /** However much is sent until the call's thread comes to it, it is one task, and one flush of the connection. */
    private void scheduleDrain() {
        if (draining.compareAndSet(false, true)) {
            call.executor().execute(this::drain);
        }
    }

    private void drain() {
        draining.set(false);
        if (!call.isOpen()) {
            return;
        }
        boolean ready = call.isReady();
        while (ready) {
            QueuedReply queued = queue.poll();
            if (queued == null) {
                lastQueued = null;
                break;
            }
            queuedBytes.addAndGet(-queued.sizeBytes());
            call.send(queued.reply());
            ready = call.isReady();
        }
        room.transportReady(ready);
        // Answers that are still queued keep as many requests out.
        if (ready) {
            call.handled(handled.getAndSet(0));
        }
        if (isEmptied() && room.takeWaiting()) {
            stream.ready();
        }
    }
}
