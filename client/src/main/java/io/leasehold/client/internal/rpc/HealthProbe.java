package io.leasehold.client.internal.rpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.leasehold.client.internal.time.Timeline;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out within a second that an endpoint has gone silent: a server that is stopped, or a network that drops what it is
 * given, breaks no connection. While something waits for an endpoint and nothing has come from it for an interval, it is
 * asked for its health; if it does not answer, the others are asked, and when one of them answers the silent one is given up.
 * If none does, nothing is changed. One that there is no connection to after half an interval cannot be asked: the others are
 * at once. With one endpoint nothing is asked.
 *
 * <p>On the client's thread.
 */
public final class HealthProbe {
    /** An answer takes a round trip; a server that is merely busy answers within this. */
    private static final long ANSWER_NANOS_MAX = 300_000_000L;

    /** To the others a connection has to be made first. The one that answers first is taken, so that this costs no time. */
    private static final long OTHERS_ANSWER_NANOS_MAX = 4 * ANSWER_NANOS_MAX;

    private static final MethodDescriptor<byte[], byte[]> CHECK = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("grpc.health.v1.Health/Check")
            .setRequestMarshaller(new Raw())
            .setResponseMarshaller(new Raw())
            .build();

    /** HealthCheckResponse with status SERVING: field 1, value 1. */
    private static final byte[] SERVING = {8, 1};

    private final EndpointPool pool;
    private final Timeline timeline;
    private final long intervalNanos;

    /** Those that are being asked, or in whose place another one is looked for. */
    private final Set<Endpoint> suspected = new HashSet<>();

    private boolean stopped;

    /** A probe that begins with {@link #start}, and looks when an endpoint may have been silent for an interval. */
    public HealthProbe(EndpointPool pool, Timeline timeline, long intervalNanos) {
        this.pool = pool;
        this.timeline = timeline;
        this.intervalNanos = intervalNanos;
    }

    /** Begins to look. */
    public void start() {
        timeline.after(intervalNanos / 2, this::look);
    }

    /** Ends looking. */
    public void stop() {
        stopped = true;
    }

    private void look() {
        if (stopped) {
            return;
        }
        List<Endpoint> all = pool.endpoints();
        long now = timeline.nanos();
        long nextNanos = intervalNanos / 2;
        for (Endpoint endpoint : all) {
            // Streams may be at others than the endpoint in use.
            if (all.size() > 1 && endpoint.isInUse() && !suspected.contains(endpoint)) {
                long leftNanos = endpoint.heardNanos + patienceNanos(endpoint) - now;
                if (leftNanos <= 0) {
                    suspect(endpoint);
                } else {
                    nextNanos = Math.min(nextNanos, leftNanos);
                }
            }
        }
        timeline.after(nextNanos, this::look);
    }

    private long patienceNanos(Endpoint endpoint) {
        return endpoint.isConnected() ? intervalNanos : intervalNanos / 2;
    }

    private void suspect(Endpoint silent) {
        suspected.add(silent);
        if (silent.isConnected()) {
            ask(silent, ANSWER_NANOS_MAX, healthy -> replace(silent, healthy));
        } else {
            replace(silent, false);
        }
    }

    private void replace(Endpoint silent, boolean healthy) {
        List<Endpoint> others =
                pool.endpoints().stream().filter(other -> other != silent).toList();
        if (healthy || stopped || others.isEmpty()) {
            suspected.remove(silent);
        } else {
            new Search(silent, others.size()).begin(others);
        }
    }

    private void ask(Endpoint endpoint, long withinNanos, Consumer<Boolean> answer) {
        try {
            ClientCall<byte[], byte[]> call = endpoint.channel()
                    .newCall(
                            CHECK,
                            CallOptions.DEFAULT
                                    .withDeadlineAfter(2 * withinNanos, TimeUnit.NANOSECONDS)
                                    .withExecutor(timeline));
            Check check = new Check(endpoint, answer);
            call.start(check, new Metadata());
            call.request(2);
            call.sendMessage(new byte[0]);
            call.halfClose();
            timeline.after(withinNanos, () -> {
                check.settle(false);
                call.cancel("too late", null);
            });
        } catch (IllegalStateException closed) {
            answer.accept(false);
        }
    }

    /** Asks the others; the first that answers is reason enough to give the silent one up. */
    private final class Search {
        private static final String WHY = "the health check was not answered";

        private final Endpoint silent;
        private final long heardBeforeNanos;
        private final boolean wasConnected;
        private int unanswered;

        Search(Endpoint silent, int others) {
            this.silent = silent;
            this.heardBeforeNanos = silent.heardNanos;
            this.wasConnected = silent.isConnected();
            this.unanswered = others;
        }

        void begin(List<Endpoint> others) {
            others.forEach(other -> ask(other, OTHERS_ANSWER_NANOS_MAX, healthy -> answered(other, healthy)));
        }

        /** It answered something meanwhile, or a connection to it was made at last. */
        private boolean hasComeBack() {
            return silent.heardNanos != heardBeforeNanos || (!wasConnected && silent.isConnected());
        }

        private void answered(Endpoint other, boolean healthy) {
            unanswered--;
            if (stopped || !suspected.contains(silent)) {
                return;
            }
            if (hasComeBack()) {
                suspected.remove(silent);
            } else if (healthy) {
                suspected.remove(silent);
                if (pool.current() == silent) {
                    pool.turnTo(other, WHY);
                }
                pool.failed(silent, WHY);
                silent.giveUp();
            } else if (unanswered == 0) {
                suspected.remove(silent);
            }
        }
    }

    /** One question; settled once. */
    private final class Check extends ClientCall.Listener<byte[]> {
        private final Endpoint endpoint;
        private final Consumer<Boolean> answer;
        private byte @Nullable [] status;
        private boolean settled;

        Check(Endpoint endpoint, Consumer<Boolean> answer) {
            this.endpoint = endpoint;
            this.answer = answer;
        }

        @Override
        public void onMessage(byte[] message) {
            status = message;
        }

        @Override
        public void onClose(Status closed, Metadata trailers) {
            boolean reached = closed.isOk() || !Failures.isTransient(closed);
            // A server without a health service is as healthy as an answer can show.
            boolean serving = closed.isOk() ? Arrays.equals(status, SERVING) : reached && !isSilence(closed);
            settle(serving);
        }

        private boolean isSilence(Status closed) {
            return closed.getCode() == Status.Code.DEADLINE_EXCEEDED || closed.getCode() == Status.Code.CANCELLED;
        }

        void settle(boolean healthy) {
            if (!settled) {
                settled = true;
                if (healthy) {
                    pool.heard(endpoint);
                }
                answer.accept(healthy);
            }
        }
    }

    /** Bytes as they are: the two messages of the health service need no generated code. */
    private static final class Raw implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }
}
