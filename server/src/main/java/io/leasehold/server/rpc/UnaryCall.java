package io.leasehold.server.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.leasehold.protocol.ErrorCode;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One call with one request and one answer: gRPC's listener for it, and what its method answers through. An answer that
 * comes when the caller has gone is dropped. Confined to the call's thread.
 */
final class UnaryCall<Q, R> extends ServerCall.Listener<Q> {
    /** One more than there may be, so that a second request is noticed. */
    private static final int REQUESTS_ASKED_FOR = 2;

    /** What a method does with its request; it answers now or later, on the call's thread, once. */
    interface Method<Q, R> {
        void run(Q request, UnaryCall<Q, R> call);
    }

    private final ServerCall<Q, R> call;
    private final CallThreads threads;
    private final Method<Q, R> method;
    private final Credentials credentials;
    private @Nullable Q request;
    private boolean malformed;
    private boolean tooMany;
    private @Nullable Executor executor;
    private @Nullable Runnable cancelled;

    private UnaryCall(ServerCall<Q, R> call, Metadata metadata, CallThreads threads, Method<Q, R> method) {
        this.call = call;
        this.credentials = new Credentials(call, metadata);
        this.threads = threads;
        this.method = method;
    }

    /** A handler that runs the method for each call. */
    static <Q, R> ServerCallHandler<Q, R> handler(CallThreads threads, Method<Q, R> method) {
        return (call, metadata) -> {
            call.request(REQUESTS_ASKED_FOR);
            return new UnaryCall<>(call, metadata, threads, method);
        };
    }

    /** Where outcomes are to be handed to this call. */
    Executor executor() {
        if (executor == null) {
            executor = threads.current().executor();
        }
        return executor;
    }

    /** What the caller can have behind the gate. */
    Access access(Gate gate) {
        return gate.of(credentials);
    }

    /** Has a task run on the call's thread when the caller goes or its deadline passes before it was answered. */
    void whenCancelled(Runnable task) {
        cancelled = task;
    }

    /** Answers. */
    void reply(R reply) {
        if (!call.isCancelled()) {
            call.sendHeaders(new Metadata());
            call.sendMessage(reply);
            call.close(Status.OK, new Metadata());
        }
    }

    /** Answers with an error. */
    void refuse(ErrorCode code) {
        close(code.toStatus());
    }

    /** Answers with an error that etcd does not have. */
    void refuse(Status status) {
        close(status);
    }

    /** Answers that this server does not do that; {@code what} says what, for people. */
    void unimplemented(String what) {
        close(Status.UNIMPLEMENTED.withDescription(what));
    }

    @Override
    public void onMessage(@Nullable Q message) {
        malformed |= message == null;
        tooMany = request != null;
        request = message;
    }

    @Override
    public void onHalfClose() {
        Q whole = request;
        request = null;
        if (malformed) {
            close(ServiceDefinitions.MALFORMED);
            return;
        }
        if (whole == null || tooMany) {
            close(Status.INTERNAL.withDescription(
                    whole == null ? "Half-closed without a request" : "Too many requests"));
            return;
        }
        // Known now, on the call's thread; an answer may come from elsewhere only through it.
        executor();
        method.run(whole, this);
    }

    @Override
    public void onCancel() {
        executor().execute(() -> {
            Runnable task = cancelled;
            if (task != null) {
                task.run();
            }
        });
    }

    private void close(Status status) {
        if (!call.isCancelled()) {
            call.close(status, new Metadata());
        }
    }
}
