package io.leasehold.server.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.server.replica.ReadPoint;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.RangeEvaluator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call of RangeStream (etcd 3.7): the answer of a range in pieces, which merged are the answer Range would give. Each
 * piece is made when the transport has room for it, from the store's own bytes, so that a large answer costs little
 * memory. Confined to the call's thread.
 */
final class RangeStreamCall extends ServerCall.Listener<RangeQuery> {
    /** A piece ends with the record that passes this: below what clients accept at their defaults (4 MiB). */
    static final int PIECE_BYTES_LIMIT = 256 * 1024;

    private final ServerCall<RangeQuery, WireMessage> call;
    private final CallThreads.CallThread thread;
    private final Access access;
    private final ReadCounters reads;
    private final Headers headers;
    private @Nullable RangeQuery query;
    private Outcome.@Nullable Ranged answer;
    private int sent;
    private boolean finished;

    private RangeStreamCall(
            ServerCall<RangeQuery, WireMessage> call,
            CallThreads.CallThread thread,
            Access access,
            Headers headers,
            ReadCounters reads) {
        this.call = call;
        this.thread = thread;
        this.access = access;
        this.reads = reads;
        this.headers = headers;
    }

    static ServerCallHandler<RangeQuery, WireMessage> handler(
            CallThreads threads, Gate gate, Headers headers, ReadCounters reads) {
        return (call, metadata) -> {
            call.request(1);
            return new RangeStreamCall(
                    call, threads.current(), gate.of(new Credentials(call, metadata)), headers, reads);
        };
    }

    @Override
    public void onMessage(@Nullable RangeQuery message) {
        if (message == null) {
            finish(ServiceDefinitions.MALFORMED);
        }
        query = message;
    }

    @Override
    public void onHalfClose() {
        thread.enter(this::start);
    }

    @Override
    public void onReady() {
        thread.enter(this::sendWhileReady);
    }

    @Override
    public void onCancel() {
        thread.enter(() -> finished = true);
    }

    private void start() {
        RangeQuery asked = query;
        if (asked == null || finished) {
            finish(Status.INTERNAL.withDescription("Half-closed without a request"));
            return;
        }
        Optional<ErrorCode> refusal = asked.refusal();
        if (refusal.isPresent()) {
            finish(refusal.get().toStatus());
            return;
        }
        reads.range();
        access.read(asked.range().serializable(), Need.read(asked.range().range()), thread.executor(), point -> {
            switch (point) {
                case ReadPoint.Ready ready -> evaluated(RangeEvaluator.evaluate(ready.snapshot(), asked.range()));
                case ReadPoint.Failed failed -> finish(failed.code().toStatus());
            }
        });
    }

    private void evaluated(Outcome.RangeAnswer outcome) {
        switch (outcome) {
            case Outcome.Ranged ranged -> {
                answer = ranged;
                if (!finished) {
                    call.sendHeaders(new Metadata());
                    sendWhileReady();
                }
            }
            case Outcome.Refused refused -> finish(refused.code().toStatus());
        }
    }

    private void sendWhileReady() {
        Outcome.Ranged whole = answer;
        while (whole != null && !finished && call.isReady()) {
            List<KeyValueRecord> piece = nextPiece(whole);
            sent += piece.size();
            boolean last = sent == whole.records().size();
            // What is told once is told by the last piece.
            call.sendMessage(KvReplies.rangePiece(
                    last ? headers.at(whole.revision()) : null,
                    piece,
                    whole.keysOnly(),
                    last && whole.more(),
                    last ? whole.count() : 0));
            if (last) {
                finish(Status.OK);
            }
        }
    }

    private List<KeyValueRecord> nextPiece(Outcome.Ranged whole) {
        List<KeyValueRecord> piece = new ArrayList<>();
        int sizeBytes = 0;
        for (int i = sent; i < whole.records().size() && sizeBytes < PIECE_BYTES_LIMIT; i++) {
            KeyValueRecord record = whole.records().get(i);
            sizeBytes += record.encodedLength();
            piece.add(record);
        }
        return piece;
    }

    private void finish(Status status) {
        if (!finished) {
            finished = true;
            call.close(status, new Metadata());
        }
    }
}
