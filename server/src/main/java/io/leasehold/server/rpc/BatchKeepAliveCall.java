package io.leasehold.server.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.leasehold.protocol.leasehold.v1.KeepAliveRequest;
import io.leasehold.protocol.leasehold.v1.KeepAliveResponse;
import io.leasehold.protocol.leasehold.v1.KeepAliveResult;
import io.leasehold.server.replica.Renewal;
import io.leasehold.server.replica.Replica;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One stream of keepalives with many leases per message: one answer for each message, in order. No more messages are let
 * in than answers the client takes. Confined to the call's thread.
 */
final class BatchKeepAliveCall extends ServerCall.Listener<KeepAliveRequest> {
    /** Messages under way on one stream: the next ones travel while the leader is asked about the first. */
    static final int OUTSTANDING_LIMIT = 4;

    /** One message and what of its answer is there. */
    private static final class Batch {
        final KeepAliveResult[] results;
        int missing;
        long revision;

        Batch(int size, long revision) {
            this.results = new KeepAliveResult[size];
            this.missing = size;
            this.revision = revision;
        }
    }

    private final ServerCall<KeepAliveRequest, KeepAliveResponse> call;
    private final CallThreads.CallThread thread;
    private final Replica replica;
    private final Headers headers;
    private final Deque<Batch> outstanding = new ArrayDeque<>();
    /** Messages answered but not yet replaced by new ones, because the client does not read its answers. */
    private int owedRequests;

    private boolean halfClosed;
    private boolean finished;

    private BatchKeepAliveCall(
            ServerCall<KeepAliveRequest, KeepAliveResponse> call,
            CallThreads.CallThread thread,
            Replica replica,
            Headers headers) {
        this.call = call;
        this.thread = thread;
        this.replica = replica;
        this.headers = headers;
    }

    static ServerCallHandler<KeepAliveRequest, KeepAliveResponse> handler(
            CallThreads threads, Replica replica, Headers headers) {
        return (call, metadata) -> {
            call.sendHeaders(new Metadata());
            call.request(OUTSTANDING_LIMIT);
            return new BatchKeepAliveCall(call, threads.current(), replica, headers);
        };
    }

    @Override
    public void onMessage(KeepAliveRequest request) {
        thread.enter(() -> renew(request));
    }

    @Override
    public void onHalfClose() {
        thread.enter(() -> {
            halfClosed = true;
            sendAnswered();
        });
    }

    @Override
    public void onReady() {
        thread.enter(this::letIn);
    }

    @Override
    public void onCancel() {
        thread.enter(() -> {
            finished = true;
            outstanding.clear();
        });
    }

    private void renew(KeepAliveRequest request) {
        if (finished) {
            return;
        }
        int size = request.getIdsCount();
        if (size > LeaseRequests.BATCH_LIMIT) {
            finish(Status.INVALID_ARGUMENT.withDescription(
                    "leasehold: ids has " + size + " elements, more than " + LeaseRequests.BATCH_LIMIT));
            return;
        }
        // Taken before the renewals: who sees it knows that the leases lived at this revision.
        Batch batch = new Batch(size, replica.snapshot().revision());
        outstanding.add(batch);
        for (int i = 0; i < size; i++) {
            int position = i;
            long id = request.getIds(i);
            replica.renew(id, thread.executor(), renewal -> {
                batch.results[position] = result(id, renewal);
                batch.missing--;
                if (batch.missing == 0) {
                    sendAnswered();
                }
            });
        }
        if (size == 0) {
            sendAnswered();
        }
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

    private void sendAnswered() {
        for (Batch batch = outstanding.peek();
                !finished && batch != null && batch.missing == 0;
                batch = outstanding.peek()) {
            outstanding.remove();
            KeepAliveResponse.Builder answer =
                    KeepAliveResponse.newBuilder().setHeader(headers.message(batch.revision));
            for (KeepAliveResult result : batch.results) {
                answer.addResults(result);
            }
            call.sendMessage(answer.build());
            owedRequests++;
        }
        if (!finished && halfClosed && outstanding.isEmpty()) {
            finish(Status.OK);
        }
        letIn();
    }

    private void letIn() {
        if (owedRequests > 0 && !finished && call.isReady()) {
            call.request(owedRequests);
            owedRequests = 0;
        }
    }

    private void finish(Status status) {
        finished = true;
        outstanding.clear();
        call.close(status, new Metadata());
    }
}
