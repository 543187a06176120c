package io.leasehold.client.internal.rpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.internal.time.Timeline;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One call with its attempts, which follow each other and so need no lock: each begins when the one before has ended. */
final class UnaryCall<Q, A, R> {
    private static final long PAUSE_NANOS_MIN = 25_000_000L;
    /** A server that comes back is found again within half a second. */
    private static final long PAUSE_NANOS_MAX = 500_000_000L;
    /** One for a token that has run out, one more for a change of users at that very moment. */
    private static final int TOKEN_REFUSALS_MAX = 2;

    /** An odd number without pattern: multiples of it are spread evenly. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final Caller caller;
    private final @Nullable Endpoint pinned;
    private final MethodDescriptor<Q, A> method;
    private final Q request;
    private final Repeat repeat;
    private final long beganNanos;
    private final long timeoutNanos;
    private final Function<A, R> accept;
    private final CompletableFuture<R> future = new CompletableFuture<>();

    private volatile @Nullable Attempt running;
    private int attempts;
    private int tokenRefusals;
    private @Nullable Endpoint avoided;
    private @Nullable LeaseholdException lastFailure;

    UnaryCall(
            Caller caller,
            @Nullable Endpoint pinned,
            MethodDescriptor<Q, A> method,
            Q request,
            Repeat repeat,
            long timeoutNanos,
            Function<A, R> accept) {
        this.caller = caller;
        this.pinned = pinned;
        this.method = method;
        this.request = request;
        this.repeat = repeat;
        this.beganNanos = caller.timeline().nanos();
        this.timeoutNanos = timeoutNanos;
        this.accept = accept;
    }

    CompletableFuture<R> begin() {
        Futures.onEnd(future, (done, failed) -> {
            caller.ended(this);
            Attempt attempt = running;
            if (future.isCancelled() && attempt != null) {
                attempt.cancel("the caller gave up");
            }
        });
        attempt();
        return future;
    }

    /** The client is closed. Its executors may be too, so that nothing would come of an answer. */
    void abort() {
        fail(Caller.closedException());
        Attempt attempt = running;
        if (attempt != null) {
            attempt.cancel("the client is closed");
        }
    }

    private void attempt() {
        if (future.isDone()) {
            return;
        }
        CompletableFuture<String> token = caller.tokens().token();
        if (token.isDone() && !token.isCompletedExceptionally()) {
            attempt(token.join());
        } else {
            awaitToken(token);
        }
    }

    /** Fetching a token is a call of its own, or a user's code: this call ends in its own time all the same. */
    private void awaitToken(CompletableFuture<String> token) {
        Timeline.Timer limit = caller.timeline().after(leftNanos(), () -> caller.apart(() -> fail(outOfTime())));
        Futures.onEnd(token, (fetched, failed) -> {
            limit.cancel();
            if (fetched != null) {
                attempt(fetched);
            } else {
                fail(asFailure(Objects.requireNonNull(failed)));
            }
        });
    }

    private long leftNanos() {
        return timeoutNanos - (caller.timeline().nanos() - beganNanos);
    }

    private void attempt(String token) {
        if (future.isDone()) {
            return;
        }
        long leftNanos = leftNanos();
        if (leftNanos <= 0 || caller.isClosed()) {
            fail(caller.isClosed() ? Caller.closedException() : outOfTime());
            return;
        }
        attempts++;
        Endpoint endpoint = pinned != null ? pinned : caller.pool().pick(avoided);
        Attempt attempt = new Attempt(endpoint, token);
        running = attempt;
        try {
            attempt.start(leftNanos);
        } catch (IllegalStateException endpointClosed) {
            attempt.onClose(Status.UNAVAILABLE.withDescription(endpointClosed.getMessage()), new Metadata());
        }
        if (future.isCancelled()) {
            attempt.cancel("the caller gave up");
        }
    }

    private void answered(Attempt attempt, A answer) {
        caller.pool().heard(attempt.endpoint);
        R result;
        try {
            result = accept.apply(answer);
        } catch (LeaseholdException objection) {
            if (objection.kind() == LeaseholdException.Kind.STALE_READ) {
                again(attempt.endpoint, objection, true);
            } else {
                fail(objection);
            }
            return;
        } catch (RuntimeException bug) {
            fail(new LeaseholdException(
                    LeaseholdException.Kind.OTHER, null, true, "an answer was not understood: " + bug, bug));
            return;
        }
        count("OK");
        future.complete(result);
    }

    private void failed(Attempt attempt, Status reported) {
        Endpoint endpoint = attempt.endpoint;
        Status status = attempt.givenUp
                ? Status.UNAVAILABLE.withDescription("endpoint " + endpoint.address() + " does not answer")
                : reported;
        boolean unknown = repeat == Repeat.IF_NOT_SENT && attempt.sent && isOutcomeOpen(status);
        LeaseholdException failure = Failures.exception(status, unknown, context(endpoint));
        if (caller.isClosed()) {
            fail(Caller.closedException());
            return;
        }
        if (Failures.isTokenRefused(status)
                && tokenRefusals++ < TOKEN_REFUSALS_MAX
                && caller.tokens().invalidate(attempt.token)) {
            attempt();
            return;
        }
        if (Failures.isEndpointFailure(status)) {
            caller.pool().failed(endpoint, String.valueOf(status.getDescription()));
        } else {
            caller.pool().heard(endpoint);
        }
        boolean mayRepeat = Failures.isRefusedBeforehand(status)
                || (Failures.isTransient(status) && (repeat == Repeat.ALWAYS || !attempt.sent));
        if (mayRepeat) {
            again(endpoint, failure, false);
        } else {
            fail(failure);
        }
    }

    private void again(Endpoint failedEndpoint, LeaseholdException failure, boolean stale) {
        lastFailure = failure;
        avoided = failedEndpoint;
        int endpoints = caller.pool().endpoints().size();
        long pause = 0;
        if (attempts >= endpoints || pinned != null) {
            int round = Math.min(attempts / endpoints, 10);
            long most = Math.min(PAUSE_NANOS_MIN << round, PAUSE_NANOS_MAX);
            // Half of it by chance, so that the calls of an outage do not all come back together.
            pause = most / 2 + (((attempts + beganNanos) * SPREAD) >>> 1) % (most / 2);
        }
        if (leftNanos() <= pause) {
            fail(stale ? failure : outOfTime());
            return;
        }
        if (pause == 0) {
            attempt();
        } else {
            // Not on the client's thread, where what hangs on the future would hold up all leases.
            caller.timeline().after(pause, () -> caller.apart(this::attempt));
        }
    }

    private static boolean isOutcomeOpen(Status status) {
        return switch (status.getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, INTERNAL, UNKNOWN -> true;
            default -> false;
        };
    }

    private LeaseholdException outOfTime() {
        String within = "no answer within " + Duration.ofNanos(timeoutNanos) + " after " + attempts + " attempts at "
                + caller.pool().addresses();
        LeaseholdException last = lastFailure;
        return last == null
                ? LeaseholdException.local(LeaseholdException.Kind.DEADLINE_EXCEEDED, within)
                : new LeaseholdException(
                        last.kind(),
                        last.errorCode().orElse(null),
                        false,
                        within + "; last: " + last.getMessage(),
                        last);
    }

    private static LeaseholdException asFailure(Throwable failed) {
        Throwable cause = Futures.cause(failed);
        return cause instanceof LeaseholdException known
                ? known
                : new LeaseholdException(
                        LeaseholdException.Kind.UNAUTHENTICATED, null, false, "no token: " + cause.getMessage(), cause);
    }

    private String context(Endpoint endpoint) {
        return method.getFullMethodName() + " at " + endpoint.address() + " of "
                + caller.pool().addresses();
    }

    private void fail(LeaseholdException failure) {
        if (!future.isDone()) {
            count(failure.kind().name());
            future.completeExceptionally(failure);
        }
    }

    private void count(String outcome) {
        caller.metrics()
                .callEnded(
                        method.getFullMethodName(),
                        outcome,
                        attempts,
                        Duration.ofNanos(caller.timeline().nanos() - beganNanos));
    }

    /** One sending of the request to one endpoint. */
    private final class Attempt extends ClientCall.Listener<A> {
        private final Endpoint endpoint;
        private final String token;
        private final Runnable onGivenUp = this::endpointGivenUp;
        private @Nullable ClientCall<Q, A> call;
        private @Nullable A answer;
        private volatile boolean sent;
        private volatile boolean givenUp;

        Attempt(Endpoint endpoint, String token) {
            this.endpoint = endpoint;
            this.token = token;
        }

        void start(long leftNanos) {
            CallOptions options = CallOptions.DEFAULT
                    .withDeadlineAfter(leftNanos, TimeUnit.NANOSECONDS)
                    .withExecutor(caller.callbacks())
                    .withStreamTracerFactory(new SentTracer());
            ClientCall<Q, A> started = endpoint.channel().newCall(method, options);
            call = started;
            endpoint.depend(onGivenUp);
            started.start(this, Caller.headers(token, false));
            started.request(2);
            started.sendMessage(request);
            started.halfClose();
        }

        void cancel(String why) {
            ClientCall<Q, A> started = call;
            if (started != null) {
                Caller.cancel(started, why);
            }
        }

        /** A change that was sent waits for its answer: it may still come, and nobody else may be asked. */
        private void endpointGivenUp() {
            if (repeat == Repeat.ALWAYS || !sent) {
                givenUp = true;
                cancel("endpoint given up");
            }
        }

        @Override
        public void onMessage(A message) {
            answer = message;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            endpoint.release(onGivenUp);
            A received = answer;
            if (status.isOk() && received != null) {
                answered(this, received);
            } else {
                failed(this, status.isOk() ? Status.INTERNAL.withDescription("an answer without content") : status);
            }
        }

        private final class SentTracer extends ClientStreamTracer.Factory {
            @Override
            public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
                return new ClientStreamTracer() {
                    @Override
                    public void outboundHeaders() {
                        sent = true;
                    }
                };
            }
        }
    }
}
