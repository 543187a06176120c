package io.leasehold.server.rpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.leasehold.server.logging.LineLimit;
import io.leasehold.server.loop.Ticker;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of unary calls that took long, with what they asked for and what this member was doing meanwhile. Calls whose
 * purpose is to wait (a lock, a candidacy) are left out. One line a second at most: a member that is slow has no time to
 * say so for each of ten thousand callers.
 */
final class SlowCalls implements ServerInterceptor {
    private static final Logger LOGGER = LoggerFactory.getLogger(SlowCalls.class);
    private static final Set<String> WAITING_METHODS = Set.of("v3lockpb.Lock/Lock", "v3electionpb.Election/Campaign");

    private final Ticker ticker;
    private final long thresholdNanos;
    private final Hindrances hindrances;
    private final LineLimit lines;

    /** What may have kept this member from answering sooner. */
    interface Hindrances {
        /** What was in the way at some time since then, most likely first; empty if nothing is known. Any thread. */
        String since(long startNanos);
    }

    /** Tells of calls that took longer than {@code thresholdNanos}, above 0. */
    SlowCalls(Ticker ticker, long thresholdNanos, Hindrances hindrances) {
        this.ticker = ticker;
        this.thresholdNanos = thresholdNanos;
        this.hindrances = hindrances;
        this.lines = new LineLimit(ticker.nanos());
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata metadata, ServerCallHandler<Q, R> next) {
        if (call.getMethodDescriptor().getType() != MethodType.UNARY
                || WAITING_METHODS.contains(call.getMethodDescriptor().getFullMethodName())) {
            return next.startCall(call, metadata);
        }
        Timed<Q, R> timed = new Timed<>(call);
        return new SimpleForwardingServerCallListener<>(next.startCall(timed, metadata)) {
            @Override
            public void onMessage(Q message) {
                timed.request = message;
                super.onMessage(message);
            }

            @Override
            public void onCancel() {
                timed.ended(Status.CANCELLED);
                super.onCancel();
            }
        };
    }

    private final class Timed<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final long startNanos = ticker.nanos();
        private @Nullable Q request;
        private boolean ended;

        Timed(ServerCall<Q, R> call) {
            super(call);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            ended(status);
            super.close(status, trailers);
        }

        private void ended(Status status) {
            long nowNanos = ticker.nanos();
            if (!ended && nowNanos - startNanos > thresholdNanos) {
                tell(this, request, status, nowNanos);
            }
            ended = true;
        }
    }

    private <Q> void tell(Timed<Q, ?> call, @Nullable Q request, Status status, long nowNanos) {
        OptionalLong notTold = lines.admit(nowNanos);
        if (notTold.isEmpty()) {
            return;
        }
        String cause = hindrances.since(call.startNanos);
        LOGGER.atWarn()
                .setMessage("slow request; request stats")
                .addKeyValue("method", call.getMethodDescriptor().getFullMethodName())
                .addKeyValue("took", TimeUnit.NANOSECONDS.toMillis(nowNanos - call.startNanos) + "ms")
                .addKeyValue("expected-duration", TimeUnit.NANOSECONDS.toMillis(thresholdNanos) + "ms")
                .addKeyValue("request", request == null ? "none" : RequestText.of(request))
                .addKeyValue("code", status.getCode())
                .addKeyValue("cause", cause.isEmpty() ? "unknown" : cause)
                .addKeyValue("remote", String.valueOf(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)))
                .addKeyValue("not-told-before", notTold.getAsLong())
                .log();
    }
}
