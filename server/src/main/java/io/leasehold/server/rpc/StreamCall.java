package io.leasehold.server.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call whose client sends and is sent messages as they come: gRPC's listener for it, with the books that every such call
 * keeps. No more requests are let in than have been dealt with, and while the client does not read its answers none; the
 * call ends once, whoever ends it. Confined to the call's thread, and so is its {@link Handler}.
 */
final class StreamCall<Q, R> extends ServerCall.Listener<Q> {
    /** What a kind of call does. Every method runs on the call's thread, and none but {@link #ended} after the end. */
    interface Handler<Q> {
        /** A request has come. Once it is dealt with, {@link StreamCall#handled} lets the next one in. */
        void received(Q request);

        /** The client has sent its last request. */
        default void halfClosed() {}

        /** The transport has room again. */
        default void ready() {}

        /** The call is over: everything it holds is to be let go. Once. */
        default void ended() {}
    }

    private final ServerCall<Q, R> call;
    private final CallThreads.CallThread thread;
    private final Credentials credentials;
    private final Handler<Q> handler;
    /** Requests dealt with and not yet replaced by new ones, because the client does not read its answers. */
    private int owedRequests;

    private boolean finished;

    private StreamCall(
            ServerCall<Q, R> call,
            Metadata metadata,
            CallThreads.CallThread thread,
            Function<StreamCall<Q, R>, Handler<Q>> handler) {
        this.call = call;
        this.credentials = new Credentials(call, metadata);
        this.thread = thread;
        this.handler = handler.apply(this);
    }

    /**
     * Handles calls, each with a handler of its own.
     *
     * @param requestsLimit how many requests of one call may be under way
     */
    static <Q, R> ServerCallHandler<Q, R> handler(
            CallThreads threads, int requestsLimit, Function<StreamCall<Q, R>, Handler<Q>> handler) {
        return (call, metadata) -> {
            call.sendHeaders(new Metadata());
            call.request(requestsLimit);
            return new StreamCall<>(call, metadata, threads.current(), handler);
        };
    }

    /** What the caller can have behind the gate. */
    Access access(Gate gate) {
        return gate.of(credentials);
    }

    /** Runs tasks on the call's thread, one after another; the same object for all calls of an event loop. */
    Executor executor() {
        return thread.executor();
    }

    /** Whether nobody has ended it yet. */
    boolean isOpen() {
        return !finished;
    }

    /** Whether the client takes more without its being queued here. */
    boolean isReady() {
        return !finished && call.isReady();
    }

    /** Sends a message, or drops it when the call is over. */
    void send(R message) {
        if (!finished) {
            call.sendMessage(message);
        }
    }

    /** Requests have been dealt with: as many more are let in as soon as the client reads. */
    void handled(int requests) {
        owedRequests += requests;
        letIn();
    }

    /** Ends the call; does nothing when it is over. */
    void finish(Status status) {
        if (!finished) {
            end();
            call.close(status, new Metadata());
        }
    }

    @Override
    public void onMessage(@Nullable Q request) {
        thread.enter(() -> {
            if (request == null) {
                finish(ServiceDefinitions.MALFORMED);
            } else if (!finished) {
                handler.received(request);
            }
        });
    }

    @Override
    public void onHalfClose() {
        thread.enter(() -> {
            if (!finished) {
                handler.halfClosed();
            }
        });
    }

    @Override
    public void onReady() {
        thread.enter(() -> {
            letIn();
            if (!finished) {
                handler.ready();
            }
        });
    }

    @Override
    public void onCancel() {
        thread.enter(this::end);
    }

    @Override
    public void onComplete() {
        thread.enter(this::end);
    }

    private void letIn() {
        if (owedRequests > 0 && isReady()) {
            int requests = owedRequests;
            owedRequests = 0;
            call.request(requests);
        }
    }

    private void end() {
        if (!finished) {
            finished = true;
            handler.ended();
        }
    }
}
