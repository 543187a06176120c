package io.leasehold.client.internal.rpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A stream to one endpoint. Used on the client's thread only, and what it reports comes there. It is begun by
 * {@link Caller#open}; until the token is there messages wait.
 */
public final class OpenStream<Q, A> {
    /** Messages the transport may hold for us: enough to keep the pipe full, few enough to bound memory. */
    private static final int INBOUND_WINDOW = 64;

    /** Messages are asked for this many at a time, as asking wakes the transport's thread. */
    private static final int REQUESTED_TOGETHER = INBOUND_WINDOW / 2;

    private final Caller caller;
    private final MethodDescriptor<Q, A> method;
    private final StreamSink<A> sink;
    private final Endpoint endpoint;
    private final Deque<Q> early = new ArrayDeque<>();
    private final Runnable onGivenUp = this::givenUp;
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
    }

    void start(String withToken) {
        if (over) {
            return;
        }
        token = withToken;
        ClientCall<Q, A> started;
        try {
            started = endpoint.channel().newCall(method, CallOptions.DEFAULT.withExecutor(caller.timeline()));
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
        started.request(INBOUND_WINDOW);
        caller.metrics().streamOpened(method.getFullMethodName(), endpoint.address());
        for (Q message = early.poll(); message != null; message = early.poll()) {
            started.sendMessage(message);
        }
        if (halfClosed) {
            started.halfClose();
        }
    }

    void failToStart(Throwable why) {
        if (!over) {
            end(Status.UNAUTHENTICATED
                    .withDescription(String.valueOf(why.getMessage()))
                    .withCause(why));
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
        if (call == null) {
            early.add(message);
        } else {
            call.sendMessage(message);
        }
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
            call.cancel(why, null);
        }
    }

    private void end(Status status) {
        over = true;
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
            if (!sink.isPaced() && ++received == REQUESTED_TOGETHER) {
                received = 0;
                call.request(REQUESTED_TOGETHER);
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
