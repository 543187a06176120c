package io.leasehold.server.metrics;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.leasehold.protocol.ReadsClock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the gRPC server of a member does, under the names that go-grpc-prometheus and etcd give it. Calls of methods that
 * are not there are not counted: their names are the caller's choice, and have no bound. Any thread.
 */
public final class GrpcMetrics extends ServerStreamTracer.Factory {
    private static final Metadata.Key<String> CLIENT_API_VERSION =
            Metadata.Key.of("client-api-version", Metadata.ASCII_STRING_MARSHALLER);

    private static final Pattern VERSION = Pattern.compile("\\d{1,3}\\.\\d{1,3}(\\.\\d{1,4})?");
    private static final String UNKNOWN_VERSION = "unknown";

    /** Clients choose what they say; the versions of etcd there are number some dozens. */
    private static final int VERSIONS_MAX = 64;

    private static final double NANOS_PER_SECOND = 1e9;

    /** Seconds; go-grpc-prometheus' default buckets. */
    private static final List<Double> HANDLING_BOUNDS =
            List.of(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0);

    private final Metrics metrics;
    private final boolean extensive;
    private final Map<String, Method> methodByName = new HashMap<>();
    private final Map<String, Counter> requestsByVersion = new ConcurrentHashMap<>();
    private final Counter receivedBytes;
    private final Counter sentBytes;

    private GrpcMetrics(Metrics metrics, boolean extensive) {
        this.metrics = metrics;
        this.extensive = extensive;
        this.receivedBytes = metrics.counter(
                "etcd_network_client_grpc_received_bytes_total", "Bytes of messages from clients.", Map.of());
        this.sentBytes =
                metrics.counter("etcd_network_client_grpc_sent_bytes_total", "Bytes of messages to clients.", Map.of());
    }

    /**
     * Adds them all.
     *
     * @param services those whose calls are counted
     * @param extensive whether the time each call takes is measured too
     */
    public static GrpcMetrics addTo(Metrics metrics, List<ServerServiceDefinition> services, boolean extensive) {
        GrpcMetrics grpc = new GrpcMetrics(metrics, extensive);
        for (ServerServiceDefinition service : services) {
            for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
                MethodDescriptor<?, ?> descriptor = method.getMethodDescriptor();
                grpc.methodByName.put(descriptor.getFullMethodName(), grpc.new Method(descriptor));
            }
        }
        return grpc;
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
        Method method = methodByName.get(fullMethodName);
        if (method == null) {
            return new ServerStreamTracer() {};
        }
        method.started.increment();
        requests(method.kind, Optional.ofNullable(headers.get(CLIENT_API_VERSION)))
                .increment();
        return new Tracer(method);
    }

    private Counter requests(String kind, Optional<String> clientVersion) {
        String version = clientVersion
                .filter(text -> VERSION.matcher(text).matches())
                .filter(text -> requestsByVersion.size() < VERSIONS_MAX || requestsByVersion.containsKey(kind + text))
                .orElse(UNKNOWN_VERSION);
        return requestsByVersion.computeIfAbsent(
                kind + version,
                key -> metrics.counter(
                        "etcd_server_client_requests_total",
                        "Calls by clients, by the version they say they have.",
                        Map.of("type", kind, "client_api_version", version)));
    }

    @ReadsClock("calls are timed for a histogram")
    private static long nanos() {
        return System.nanoTime();
    }

    /** One method's counters. */
    private final class Method {
        private final Map<String, String> labels;
        /** {@code unary} or {@code stream}. */
        private final String kind;

        private final Counter started;
        private final Counter received;
        private final Counter sent;
        private final @Nullable Histogram handling;
        private final Map<Status.Code, Counter> handledByCode = new ConcurrentHashMap<>();

        Method(MethodDescriptor<?, ?> descriptor) {
            String service = String.valueOf(descriptor.getServiceName());
            this.kind = descriptor.getType() == MethodDescriptor.MethodType.UNARY ? "unary" : "stream";
            this.labels = Map.of(
                    "grpc_service", service,
                    "grpc_method", String.valueOf(descriptor.getBareMethodName()),
                    "grpc_type", typeName(descriptor.getType()));
            this.started = metrics.counter("grpc_server_started_total", "Calls begun.", labels);
            this.received = metrics.counter("grpc_server_msg_received_total", "Messages received.", labels);
            this.sent = metrics.counter("grpc_server_msg_sent_total", "Messages sent.", labels);
            this.handling = extensive
                    ? metrics.histogram(
                            "grpc_server_handling_seconds", "Time that calls took.", labels, HANDLING_BOUNDS)
                    : null;
        }

        Counter handled(Status.Code code) {
            Counter known = handledByCode.get(code);
            return known != null ? known : handledByCode.computeIfAbsent(code, this::newHandled);
        }

        private Counter newHandled(Status.Code code) {
            Map<String, String> withCode = new HashMap<>(labels);
            withCode.put("grpc_code", codeName(code));
            return metrics.counter("grpc_server_handled_total", "Calls ended, by their code.", withCode);
        }
    }

    private final class Tracer extends ServerStreamTracer {
        private final Method method;
        private final long startNanos;

        Tracer(Method method) {
            this.method = method;
            this.startNanos = method.handling == null ? 0 : nanos();
        }

        @Override
        public void inboundMessage(int number) {
            method.received.increment();
        }

        @Override
        public void inboundUncompressedSize(long bytes) {
            receivedBytes.add(bytes);
        }

        @Override
        public void outboundMessage(int number) {
            method.sent.increment();
        }

        @Override
        public void outboundUncompressedSize(long bytes) {
            sentBytes.add(bytes);
        }

        @Override
        public void streamClosed(Status status) {
            method.handled(status.getCode()).increment();
            Histogram handling = method.handling;
            if (handling != null) {
                handling.observe((nanos() - startNanos) / NANOS_PER_SECOND);
            }
        }
    }

    private static String typeName(MethodDescriptor.MethodType type) {
        return switch (type) {
            case UNARY, UNKNOWN -> "unary";
            case CLIENT_STREAMING -> "client_stream";
            case SERVER_STREAMING -> "server_stream";
            case BIDI_STREAMING -> "bidi_stream";
        };
    }

    /** Go's names of the codes: {@code DeadlineExceeded} for {@code DEADLINE_EXCEEDED}. */
    static String codeName(Status.Code code) {
        if (code == Status.Code.OK) {
            return "OK";
        }
        if (code == Status.Code.CANCELLED) {
            return "Canceled";
        }
        StringBuilder name = new StringBuilder();
        for (String word : code.name().split("_", -1)) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return name.toString();
    }
}
