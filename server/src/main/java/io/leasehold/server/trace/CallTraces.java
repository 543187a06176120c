package io.leasehold.server.trace;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.leasehold.server.config.ServerConfig.Tracing;
import io.leasehold.server.config.ServerVersion;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A span for each call, sent to an OTLP receiver in batches by a thread of its own; what the receiver does not take in time
 * is dropped (the queue holds 2,048 spans). A caller's trace (W3C {@code traceparent}) is gone on with, and its decision to
 * sample is kept. Any thread.
 */
public final class CallTraces implements ServerInterceptor, AutoCloseable {
    private static final double MILLION = 1_000_000;
    private static final long CLOSE_SECONDS = 2;
    private static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");
    private static final AttributeKey<String> SERVICE_VERSION = AttributeKey.stringKey("service.version");
    private static final AttributeKey<String> INSTANCE_ID = AttributeKey.stringKey("service.instance.id");
    private static final AttributeKey<String> RPC_SYSTEM = AttributeKey.stringKey("rpc.system");
    private static final AttributeKey<String> RPC_SERVICE = AttributeKey.stringKey("rpc.service");
    private static final AttributeKey<String> RPC_METHOD = AttributeKey.stringKey("rpc.method");
    private static final AttributeKey<Long> RPC_STATUS = AttributeKey.longKey("rpc.grpc.status_code");

    private final SdkTracerProvider provider;
    private final Tracer tracer;

    private CallTraces(SdkTracerProvider provider) {
        this.provider = provider;
        this.tracer = provider.get("io.leasehold.server", ServerVersion.LEASEHOLD);
    }

    /** Begins to trace. A receiver that is not there is told of in the log, and tried again with the next batch. */
    public static CallTraces start(Tracing settings) {
        AttributesBuilder resource = Attributes.builder()
                .put(SERVICE_NAME, settings.serviceName())
                .put(SERVICE_VERSION, ServerVersion.LEASEHOLD);
        if (!settings.instanceId().isEmpty()) {
            resource.put(INSTANCE_ID, settings.instanceId());
        }
        OtlpGrpcSpanExporter exporter = OtlpGrpcSpanExporter.builder()
                .setEndpoint("http://" + settings.address())
                .build();
        return new CallTraces(SdkTracerProvider.builder()
                .setResource(Resource.create(resource.build()))
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(settings.samplesPerMillion() / MILLION)))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
                .build());
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata metadata, ServerCallHandler<Q, R> next) {
        MethodDescriptor<Q, R> method = call.getMethodDescriptor();
        Context parent = W3CTraceContextPropagator.getInstance().extract(Context.root(), metadata, MetadataText.GETTER);
        Span span = tracer.spanBuilder(method.getFullMethodName())
                .setParent(parent)
                .setSpanKind(SpanKind.SERVER)
                .setAttribute(RPC_SYSTEM, "grpc")
                .setAttribute(RPC_SERVICE, String.valueOf(method.getServiceName()))
                .setAttribute(RPC_METHOD, String.valueOf(method.getBareMethodName()))
                .startSpan();
        if (!span.isRecording()) {
            return next.startCall(call, metadata);
        }
        ServerCall<Q, R> traced = new SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
                end(span, status);
                super.close(status, trailers);
            }
        };
        return new SimpleForwardingServerCallListener<>(next.startCall(traced, metadata)) {
            @Override
            public void onCancel() {
                end(span, Status.CANCELLED);
                super.onCancel();
            }
        };
    }

    /** Sends what is left, for two seconds at most. */
    @Override
    public void close() {
        provider.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    /** Ending a span twice does nothing. */
    private static void end(Span span, Status status) {
        span.setAttribute(RPC_STATUS, (long) status.getCode().value());
        if (!status.isOk()) {
            span.setStatus(StatusCode.ERROR, status.getDescription() == null ? "" : status.getDescription());
        }
        span.end();
    }

    /** Reads a call's metadata as text. */
    private enum MetadataText implements TextMapGetter<Metadata> {
        GETTER;

        @Override
        public Iterable<String> keys(Metadata carrier) {
            return List.copyOf(carrier.keys());
        }

        @Override
        public @Nullable String get(@Nullable Metadata carrier, String key) {
            return carrier == null ? null : carrier.get(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER));
        }
    }
}
