package io.leasehold.server.rpc;

import io.grpc.ServerCallHandler;
import io.leasehold.mvcc.KeyRange;
import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.mvcc.StoreSnapshot;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.v3electionpb.LeaderRequest;
import io.leasehold.protocol.v3electionpb.LeaderResponse;
import io.leasehold.server.replica.ReadPoint;
import io.leasehold.server.replica.Replica;
import io.leasehold.server.watch.EncodedEvent;
import io.leasehold.server.watch.WatchMessage;
import io.leasehold.server.watch.WatchSink;
import io.leasehold.server.watch.WatchSpec;
import io.leasehold.server.watch.WatchStream;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.RangeEvaluator;
import io.leasehold.statemachine.Requests;
import org.jspecify.annotations.Nullable;

/**
 * One observer of an election: the leader there is, every value it proclaims, and its successors; leaders that come and
 * go while the observer is slow may be left out, the newest never. Confined to the call's thread, but for the sink.
 */
final class ObserveCall implements StreamCall.Handler<LeaderRequest>, WatchSink {
    private final StreamCall<LeaderRequest, LeaderResponse> call;
    private final Access access;
    private final Replica replica;
    private final Headers headers;
    private final ClientRoom room = new ClientRoom();

    private KeyRange line = KeyRange.ALL;
    private @Nullable WatchStream stream;
    private @Nullable ByteSequence leaderKey;
    /** The leader has been told as of this revision. */
    private long toldRevision;

    private ObserveCall(StreamCall<LeaderRequest, LeaderResponse> call, Gate gate, Headers headers) {
        this.call = call;
        this.access = call.access(gate);
        this.replica = gate.replica();
        this.headers = headers;
    }

    static ServerCallHandler<LeaderRequest, LeaderResponse> handler(CallThreads threads, Gate gate, Headers headers) {
        return StreamCall.handler(threads, 1, call -> new ObserveCall(call, gate, headers));
    }

    @Override
    public void received(LeaderRequest request) {
        start(Candidacy.line(Requests.bytes(request.getName())));
    }

    @Override
    public void ready() {
        lookForRoom();
    }

    @Override
    public void ended() {
        if (stream != null) {
            stream.close();
        }
    }

    @Override
    public boolean isReady() {
        if (room.isTransportReady()) {
            return true;
        }
        room.await();
        // Room made before the line above was not announced; then nobody else will announce it.
        return room.isTransportReady() && room.takeWaiting();
    }

    @Override
    public void send(WatchMessage message) {
        call.executor().execute(() -> received(message));
    }

    @Override
    public void handled() {
        // There is one request.
    }

    private void start(KeyRange observed) {
        line = observed;
        access.read(false, Need.read(line), call.executor(), point -> {
            switch (point) {
                case ReadPoint.Failed failed -> finish(failed.code());
                case ReadPoint.Ready present -> {
                    if (call.isOpen()) {
                        tellFirst(present.snapshot());
                        WatchStream changes = replica.watches().open(this);
                        stream = changes;
                        changes.create(new WatchSpec(line, toldRevision + 1, 0, false, false, false, false, false));
                    }
                }
            }
        });
    }

    private void received(WatchMessage message) {
        if (!call.isOpen()) {
            return;
        }
        switch (message) {
            case WatchMessage.Events events -> events.events().forEach(this::changed);
            // Only a client that did not read for very long comes here; it has to begin anew.
            case WatchMessage.Compacted compacted -> finish(ErrorCode.COMPACTED);
            case WatchMessage.Refused refused -> finish(ErrorCode.WATCH_CANCELED);
            case WatchMessage.Created created -> {}
            case WatchMessage.Canceled canceled -> {}
            case WatchMessage.Progress progress -> {}
        }
        lookForRoom();
    }

    private void changed(EncodedEvent event) {
        KeyValueRecord record = event.event().record();
        if (record.modRevision() <= toldRevision) {
            return;
        }
        ByteSequence leader = leaderKey;
        boolean ofLeader = leader != null && record.key().equals(leader);
        if (ofLeader && !event.event().isDelete()) {
            tell(record, record.modRevision());
        } else if (ofLeader || leader == null) {
            tellFirst(replica.snapshot());
        }
    }

    private void tellFirst(StoreSnapshot snapshot) {
        leaderKey = null;
        toldRevision = snapshot.revision();
        if (RangeEvaluator.evaluate(snapshot, Candidacy.first(line)) instanceof Outcome.Ranged ranged
                && !ranged.records().isEmpty()) {
            tell(ranged.records().getFirst(), snapshot.revision());
        }
    }

    private void tell(KeyValueRecord leader, long revision) {
        leaderKey = leader.key();
        toldRevision = revision;
        call.send(ElectionService.response(headers, revision, leader));
    }

    private void lookForRoom() {
        room.transportReady(call.isReady());
        WatchStream changes = stream;
        if (room.isTransportReady() && changes != null && room.takeWaiting()) {
            changes.ready();
        }
    }

    private void finish(ErrorCode code) {
        call.finish(code.toStatus());
    }
}
