package io.leasehold.server.rpc;

import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.leasehold.lease.LeaseTableImage;
import io.leasehold.lease.LeaseView;
import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.leasehold.v1.LeaseEvent;
import io.leasehold.protocol.leasehold.v1.WatchLeasesRequest;
import io.leasehold.protocol.leasehold.v1.WatchLeasesResponse;
import io.leasehold.server.replica.LeaseFeed;
import io.leasehold.server.replica.Replica;
import io.leasehold.statemachine.LeaseChange;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One watch on leases. Writes only while the client reads; what waits meanwhile is bounded by the {@link LeaseFeed}, which
 * ends a watch that owes too much. Confined to the call's thread.
 */
final class WatchLeasesCall implements StreamCall.Handler<WatchLeasesRequest>, LeaseFeed.Subscriber {
    /** Events in one message: some 20 kB. */
    static final int EVENTS_PER_MESSAGE_LIMIT = 1_000;

    /** Changes of one batch, and how many of them have been sent. */
    private static final class Waiting {
        final List<LeaseChange> changes;
        final long revision;
        int sent;

        Waiting(List<LeaseChange> changes, long revision) {
            this.changes = changes;
            this.revision = revision;
        }
    }

    private final StreamCall<WatchLeasesRequest, WatchLeasesResponse> call;
    private final Access access;
    private final Replica replica;
    private final Headers headers;
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    private WatchLeasesRequest request = WatchLeasesRequest.getDefaultInstance();

    private @Nullable LeaseTableImage initial;

    private int initialSent;
    private long initialRevision;

    private LeaseFeed.@Nullable Subscription subscription;

    private WatchLeasesCall(StreamCall<WatchLeasesRequest, WatchLeasesResponse> call, Gate gate, Headers headers) {
        this.call = call;
        this.access = call.access(gate);
        this.replica = gate.replica();
        this.headers = headers;
    }

    static ServerCallHandler<WatchLeasesRequest, WatchLeasesResponse> handler(
            CallThreads threads, Gate gate, Headers headers) {
        return StreamCall.handler(threads, 1, call -> new WatchLeasesCall(call, gate, headers));
    }

    @Override
    public void received(WatchLeasesRequest message) {
        request = message;
    }

    @Override
    public void halfClosed() {
        // Leases that are yet to come may hold any key.
        access.check(Need.read(KeyRange.ALL), call.executor(), this::subscribe, this::refused);
    }

    private void subscribe() {
        if (call.isOpen()) {
            subscription = replica.leaseDirectory().subscribe(call.executor(), this);
        }
    }

    @Override
    public void ready() {
        send();
    }

    @Override
    public void ended() {
        waiting.clear();
        initial = null;
        if (subscription != null) {
            subscription.end();
        }
    }

    @Override
    public void begun(LeaseTableImage leases, long revision) {
        if (!call.isOpen()) {
            return;
        }
        initial = leases;
        initialSent = request.getInitial() ? 0 : leases.size();
        initialRevision = revision;
        send();
    }

    @Override
    public void changed(List<LeaseChange> changes, long revision) {
        if (call.isOpen()) {
            waiting.add(new Waiting(changes, revision));
            send();
        }
    }

    @Override
    public void lost() {
        call.send(response(replica.snapshot().revision()).setEventsLost(true).build());
        call.finish(Status.DATA_LOSS.withDescription("leasehold: the watch was too slow and has lost events"));
    }

    @Override
    public void refused(ErrorCode code) {
        call.finish(code.toStatus());
    }

    private void send() {
        while (initial != null && call.isReady()) {
            call.send(initialPart(initial));
        }
        for (Waiting next = waiting.peek(); initial == null && next != null && call.isReady(); next = waiting.peek()) {
            int end = Math.min(next.changes.size(), next.sent + EVENTS_PER_MESSAGE_LIMIT);
            WatchLeasesResponse.Builder response = response(next.revision);
            next.changes.subList(next.sent, end).forEach(change -> response.addEvents(event(change)));
            if (subscription != null) {
                subscription.taken(end - next.sent);
            }
            next.sent = end;
            if (end == next.changes.size()) {
                waiting.remove();
            }
            // Last: a call in the same process may ask for more before this returns.
            call.send(response.build());
        }
    }

    private WatchLeasesResponse initialPart(LeaseTableImage leases) {
        WatchLeasesResponse.Builder response = response(initialRevision);
        int end = Math.min(leases.size(), initialSent + EVENTS_PER_MESSAGE_LIMIT);
        for (; initialSent < end; initialSent++) {
            LeaseView lease = leases.lease(initialSent);
            response.addEvents(LeaseEvent.newBuilder()
                    .setType(LeaseEvent.Type.EXISTING)
                    .setId(lease.id())
                    .setTtlMs(lease.ttlMillis())
                    .setGrantIndex(lease.grantIndex()));
        }
        if (end == leases.size()) {
            initial = null;
            response.setSynced(true);
        }
        return response.build();
    }

    private static LeaseEvent event(LeaseChange change) {
        return switch (change) {
            case LeaseChange.Granted granted ->
                LeaseEvent.newBuilder()
                        .setType(LeaseEvent.Type.GRANTED)
                        .setId(granted.id())
                        .setTtlMs(granted.ttlMillis())
                        .setGrantIndex(granted.grantIndex())
                        .build();
            case LeaseChange.Ended ended ->
                LeaseEvent.newBuilder()
                        .setType(
                                switch (ended.cause()) {
                                    case EXPIRED -> LeaseEvent.Type.EXPIRED;
                                    case REVOKED -> LeaseEvent.Type.REVOKED;
                                })
                        .setId(ended.lease().id())
                        .setGrantIndex(ended.lease().grantIndex())
                        .build();
            case LeaseChange.Checkpointed c -> throw notTold(c);
            case LeaseChange.Cleared c -> throw notTold(c);
            case LeaseChange.Marked m -> throw notTold(m);
        };
    }

    private static IllegalStateException notTold(LeaseChange change) {
        return new IllegalStateException("a subscriber was told of " + change);
    }

    private WatchLeasesResponse.Builder response(long revision) {
        return WatchLeasesResponse.newBuilder().setHeader(headers.message(revision));
    }
}
