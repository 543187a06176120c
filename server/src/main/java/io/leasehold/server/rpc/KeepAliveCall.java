package io.leasehold.server.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.leasehold.server.replica.Renewal;
import io.leasehold.server.replica.Replica;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One stream of keepalives: a reply for each request, in order. Requests are renewed as they come, up to a bound; a
 * reply that is there before those of earlier requests waits for them. No more requests are let in than replies the
 * client takes. Confined to the call's thread.
 */
final class KeepAliveCall extends ServerCall.Listener<Long> {
    /** Requests under way on one stream: enough for a client that renews thousands of leases in one go. */
    static final int OUTSTANDING_LIMIT = 256;

    /** One request and, once it is there, its answer. */
    private static final class Slot {
        final long leaseId;

        @Nullable
        Renewal renewal;

        Slot(long leaseId) {
            this.leaseId = leaseId;
        }
    }

    private final ServerCall<Long, WireMessage> call;
    private final CallThreads.CallThread thread;
    private final Replica replica;
    private final Headers headers;
    private final Deque<Slot> outstanding = new ArrayDeque<>();
    /** Requests answered but not yet replaced by new ones, because the client does not read its replies. */
    private int owedRequests;

    private boolean halfClosed;
    private boolean finished;

    private KeepAliveCall(
            ServerCall<Long, WireMessage> call, CallThreads.CallThread thread, Replica replica, Headers headers) {
        this.call = call;
        this.thread = thread;
        this.replica = replica;
        this.headers = headers;
    }

    static ServerCallHandler<Long, WireMessage> handler(CallThreads threads, Replica replica, Headers headers) {
        return (call, metadata) -> {
            call.sendHeaders(new Metadata());
            call.request(OUTSTANDING_LIMIT);
            return new KeepAliveCall(call, threads.current(), replica, headers);
        };
    }

    @Override
    public void onMessage(Long leaseId) {
        thread.enter(() -> renew(leaseId));
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

    private void renew(long leaseId) {
        if (finished) {
            return;
        }
        Slot slot = new Slot(leaseId);
        outstanding.add(slot);
        replica.renew(leaseId, thread.executor(), renewal -> {
            slot.renewal = renewal;
            sendAnswered();
        });
    }

    private void sendAnswered() {
        for (Slot slot = outstanding.peek();
                !finished && slot != null && slot.renewal != null;
                slot = outstanding.peek()) {
            outstanding.remove();
            switch (slot.renewal) {
                case Renewal.Answered answered -> {
                    call.sendMessage(
                            new KeepAliveReply(headers.at(answered.revision()), slot.leaseId, answered.ttlSeconds()));
                    owedRequests++;
                }
                case Renewal.Failed failed -> finish(failed.code().toStatus());
            }
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
