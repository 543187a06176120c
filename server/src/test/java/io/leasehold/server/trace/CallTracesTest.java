package io.leasehold.server.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.PutResponse;
import io.leasehold.server.config.ServerConfig.Tracing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Spans as an OTLP receiver gets them, in the bytes of its protocol. */
class CallTracesTest {
    private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final BlockingQueue<byte[]> exported = new LinkedBlockingQueue<>();
    private Server receiver;

    @BeforeEach
    void start_a_receiver() throws IOException {
        MethodDescriptor<byte[], byte[]> export = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("opentelemetry.proto.collector.trace.v1.TraceService/Export")
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
        receiver = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(ServerServiceDefinition.builder("opentelemetry.proto.collector.trace.v1.TraceService")
                        .addMethod(
                                export, ServerCalls.asyncUnaryCall((byte[] request, StreamObserver<byte[]> reply) -> {
                                    exported.add(request);
                                    reply.onNext(new byte[0]);
                                    reply.onCompleted();
                                }))
                        .build())
                .build()
                .start();
    }

    @AfterEach
    void stop_it() {
        receiver.shutdownNow();
    }

    @Test
    void a_sampled_call_becomes_a_span_of_this_service() throws Exception {
        putOnce(1_000_000, null);
        assertThat(text(exported.poll(10, TimeUnit.SECONDS)))
                .contains("etcdserverpb.KV/Put", "leases", "member-7", "rpc.grpc.status_code");
    }

    @Test
    void the_callers_trace_is_gone_on_with_whatever_our_own_rate_is() throws Exception {
        putOnce(0, "00-" + TRACE_ID + "-00f067aa0ba902b7-01");
        byte[] request = exported.poll(10, TimeUnit.SECONDS);
        assertThat(HexFormat.of().formatHex(request == null ? new byte[0] : request))
                .contains(TRACE_ID);
    }

    @Test
    void a_call_that_is_not_sampled_is_not_sent() throws Exception {
        putOnce(0, null);
        assertThat(exported).isEmpty();
    }

    /** Closing sends what is left. */
    private void putOnce(int samplesPerMillion, @Nullable String traceParent) throws IOException {
        Tracing settings = new Tracing("127.0.0.1:" + receiver.getPort(), "leases", "member-7", samplesPerMillion);
        String name = InProcessServerBuilder.generateName();
        try (CallTraces traces = CallTraces.start(settings)) {
            BindableService service = new Kv();
            Server server = InProcessServerBuilder.forName(name)
                    .directExecutor()
                    .addService(ServerInterceptors.intercept(service, traces))
                    .build()
                    .start();
            ManagedChannel channel =
                    InProcessChannelBuilder.forName(name).directExecutor().build();
            KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(channel);
            if (traceParent != null) {
                Metadata metadata = new Metadata();
                metadata.put(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER), traceParent);
                kv = kv.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
            }
            kv.put(PutRequest.getDefaultInstance());
            channel.shutdownNow();
            server.shutdownNow();
        }
    }

    private static String text(byte @Nullable [] request) {
        return request == null ? "nothing was sent" : new String(request, StandardCharsets.ISO_8859_1);
    }

    private static final class Kv extends KVGrpc.KVImplBase {
        @Override
        public void put(PutRequest request, StreamObserver<PutResponse> reply) {
            reply.onNext(PutResponse.getDefaultInstance());
            reply.onCompleted();
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
