package io.leasehold.client.internal.rpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.leasehold.client.internal.time.Listing;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A stream to one endpoint. Used on the client's thread only, and what it reports comes there. It is begun by
 * {@link Caller#open}; until the token is there messages wait.
 */
public final class OpenStream<Q, A> {
    private final Caller caller;
    private final MethodDescriptor<Q, A> method;
    private final StreamSink<A> sink;
    private final Endpoint endpoint;
    private final Deque<Q> early = new ArrayDeque<>();
    private final Runnable onGivenUp = this::givenUp;
    private final long beganNanos;
    private final AtomicLong messagesSent = new AtomicLong();
    private final AtomicLong messagesReceived = new AtomicLong();
    private @Nullable ClientCall<Q, A> call;
    private String token = "";
    private int received;
    private boolean halfClosed;
    private boolean over;

    OpenStream(Caller caller, MethodDescriptor<Q, A> method, StreamSink<A> sink, Endpoint endpoint) {
        this.caller = caller;
        this.method = method;
        this.sink = sink;
        this.endpoint = endpoint;
        this.beganNanos = caller.timeline().nanos();
    }

    /** What it is and what it has carried, for people. Any thread. */
    String describe(long nowNanos) {
        return method.getFullMethodName() + " at " + endpoint.address() + ", open for "
                + Listing.seconds(Duration.ofNanos(nowNanos - beganNanos)) + ", messages sent " + messagesSent
                + ", received " + messagesReceived;
    }

    void start(String withToken) {
        if (over) {
            return;
        }
        token = withToken;
        ClientCall<Q, A> started;
        try {
            started = endpoint.channel().newCall(method, CallOptions.DEFAULT.withExecutor(this::handOver));
        } catch (IllegalStateException closed) {
            // Not at once: whoever opens it does not have it yet.
            caller.timeline().execute(() -> {
                if (!over) {
                    end(Status.UNAVAILABLE.withDescription(closed.getMessage()));
                }
            });
            return;
        }
        call = started;
        endpoint.depend(onGivenUp);
        started.start(new Inbound(), Caller.headers(token, true));
        started.request(sink.window());
        caller.metrics().streamOpened(method.getFullMethodName(), endpoint.address());
        for (Q message = early.poll(); message != null; message = early.poll()) {
            started.sendMessage(message);
        }
        if (halfClosed) {
            started.halfClose();
        }
    }

    /** Runs on the client's thread what the transport has for it. On the transport's thread. */
    private void handOver(Runnable arrivals) {
        long gatherNanos = sink.gatherNanos();
        if (gatherNanos == 0) {
            caller.timeline().execute(arrivals);
        } else {
            caller.timeline().after(gatherNanos, arrivals);
        }
    }

    void failToStart(Throwable why) {
        if (!over) {
            end(Failures.withoutToken(why));
        }
    }

    /** Which endpoint it goes to. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** Sends a message, or keeps it until the stream has begun. After the end: nothing. */
    public void send(Q message) {
        if (over) {
            return;
        }
        messagesSent.incrementAndGet();
        if (call == null) {
            early.add(message);
        } else {
            call.sendMessage(message);
        }
    }

    /**
     * The token it was begun with turned out to be no good, by an answer inside the stream. Answers whether a stream that is
     * begun from now on may have another one.
     */
    public boolean tokenRefused() {
        return caller.tokens().invalidate(token);
    }

    /** Says that nothing more will be sent. */
    public void halfClose() {
        halfClosed = true;
        if (call != null && !over) {
            call.halfClose();
        }
    }

    /** A paced sink can take one more message. */
    public void requestMore() {
        if (call != null && !over) {
            call.request(1);
        }
    }

    /** Whether a message would leave without queueing. */
    public boolean isReady() {
        return call != null && !over && call.isReady();
    }

    /** Gives it up; the sink is told nothing more. */
    public void close(String why) {
        if (!over) {
            over = true;
            caller.streams().remove(this);
            cancel(why);
        }
    }

    private void givenUp() {
        caller.timeline().execute(() -> {
            if (!over) {
                cancel("endpoint given up");
                end(Status.UNAVAILABLE.withDescription("endpoint " + endpoint.address() + " does not answer"));
            }
        });
    }

    private void cancel(String why) {
        endpoint.release(onGivenUp);
        if (call != null) {
            Caller.cancel(call, why);
        }
    }

    private void end(Status status) {
        over = true;
        caller.streams().remove(this);
        endpoint.release(onGivenUp);
        caller.streamEnded(endpoint, token, status);
        sink.ended(status);
    }

    private final class Inbound extends ClientCall.Listener<A> {
        @Override
        public void onMessage(A message) {
            if (over || call == null) {
                return;
            }
            caller.pool().heard(endpoint);
            messagesReceived.incrementAndGet();
            // By the half window, as asking wakes the transport's thread.
            if (!sink.isPaced() && ++received == sink.window() / 2) {
                call.request(received);
                received = 0;
            }
            sink.message(message);
        }

        @Override
        public void onReady() {
            if (!over) {
                sink.ready();
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (!over) {
                end(status);
            }
        }
    }
}
