package io.leasehold.server.rpc;

import io.grpc.ServerCallHandler;
import io.leasehold.server.replica.Renewal;

/**
 * One stream of keepalives: a reply for each request, in order. Requests are renewed as they come, up to a bound. Confined
 * to the call's thread.
 */
final class KeepAliveCall implements StreamCall.Handler<Long> {
    /** Requests under way on one stream: enough for a client that renews thousands of leases in one go. */
    static final int OUTSTANDING_LIMIT = 256;

    private final StreamCall<Long, WireMessage> stream;
    private final OrderedReplies<WireMessage> replies;
    private final Access access;
    private final Headers headers;

    private KeepAliveCall(StreamCall<Long, WireMessage> stream, Gate gate, Headers headers) {
        this.stream = stream;
        this.replies = new OrderedReplies<>(stream);
        this.access = stream.access(gate);
        this.headers = headers;
    }

    static ServerCallHandler<Long, WireMessage> handler(CallThreads threads, Gate gate, Headers headers) {
        return StreamCall.handler(threads, OUTSTANDING_LIMIT, stream -> new KeepAliveCall(stream, gate, headers));
    }

    @Override
    public void received(Long leaseId) {
        OrderedReplies<WireMessage>.Slot slot = replies.expect();
        access.renew(leaseId, stream.executor(), renewal -> {
            switch (renewal) {
                case Renewal.Answered answered ->
                    slot.reply(new KeepAliveReply(headers.at(answered.revision()), leaseId, answered.ttlSeconds()));
                case Renewal.Failed failed -> slot.fail(failed.code().toStatus());
            }
        });
    }

    @Override
    public void halfClosed() {
        replies.lastRequest();
    }

    @Override
    public void ended() {
        replies.clear();
    }
}
