package io.leasehold.server.rpc;

import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.leasehold.protocol.leasehold.v1.KeepAliveRequest;
import io.leasehold.protocol.leasehold.v1.KeepAliveResponse;
import io.leasehold.protocol.leasehold.v1.KeepAliveResult;
import io.leasehold.server.replica.Renewal;

/**
 * One stream of keepalives with many leases per message: one answer for each message, in order. Confined to the call's
 * thread.
 */
final class BatchKeepAliveCall implements StreamCall.Handler<KeepAliveRequest> {
    /** Messages under way on one stream: the next ones travel while the leader is asked about the first. */
    static final int OUTSTANDING_LIMIT = 4;

    private final StreamCall<KeepAliveRequest, KeepAliveResponse> stream;
    private final OrderedReplies<KeepAliveResponse> replies;
    private final Access access;
    private final Headers headers;

    private BatchKeepAliveCall(StreamCall<KeepAliveRequest, KeepAliveResponse> stream, Gate gate, Headers headers) {
        this.stream = stream;
        this.replies = new OrderedReplies<>(stream);
        this.access = stream.access(gate);
        this.headers = headers;
    }

    static ServerCallHandler<KeepAliveRequest, KeepAliveResponse> handler(
            CallThreads threads, Gate gate, Headers headers) {
        return StreamCall.handler(threads, OUTSTANDING_LIMIT, stream -> new BatchKeepAliveCall(stream, gate, headers));
    }

    @Override
    public void received(KeepAliveRequest request) {
        int size = request.getIdsCount();
        if (size > LeaseRequests.BATCH_LIMIT) {
            stream.finish(Status.INVALID_ARGUMENT.withDescription(
                    "leasehold: ids has " + size + " elements, more than " + LeaseRequests.BATCH_LIMIT));
            return;
        }
        // Taken before the renewals: who sees it knows that the leases lived at this revision.
        Batch batch = new Batch(size, access.gate().replica().snapshot().revision(), replies.expect());
        for (int i = 0; i < size; i++) {
            int position = i;
            long id = request.getIds(i);
            access.renew(id, stream.executor(), renewal -> batch.answered(position, result(id, renewal)));
        }
        batch.replyIfWhole();
    }

    @Override
    public void halfClosed() {
        replies.lastRequest();
    }

    @Override
    public void ended() {
        replies.clear();
    }

    private static KeepAliveResult result(long id, Renewal renewal) {
        KeepAliveResult.Builder result = KeepAliveResult.newBuilder().setId(id);
        switch (renewal) {
            case Renewal.Answered answered ->
                result.setLeftMs(answered.ttlMillis()).setLost(answered.ttlMillis() == 0);
            case Renewal.Failed failed -> result.setError(LeaseExtensionService.error(failed.code()));
        }
        return result.build();
    }

    /** One message and what of its answer is there. */
    private final class Batch {
        private final KeepAliveResult[] results;
        private final long revision;
        private final OrderedReplies<KeepAliveResponse>.Slot slot;
        private int missing;
        private boolean replied;

        Batch(int size, long revision, OrderedReplies<KeepAliveResponse>.Slot slot) {
            this.results = new KeepAliveResult[size];
            this.revision = revision;
            this.slot = slot;
            this.missing = size;
        }

        void answered(int position, KeepAliveResult result) {
            results[position] = result;
            missing--;
            replyIfWhole();
        }

        void replyIfWhole() {
            if (missing == 0 && !replied) {
                replied = true;
                KeepAliveResponse.Builder answer =
                        KeepAliveResponse.newBuilder().setHeader(headers.message(revision));
                for (KeepAliveResult result : results) {
                    answer.addResults(result);
                }
                slot.reply(answer.build());
            }
        }
    }
}
