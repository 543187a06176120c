package io.leasehold.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.PutResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrpcMetricsTest {
    private static final String PUT = "etcdserverpb.KV/Put";
    private static final String PUT_LABELS = "grpc_method=\"Put\",grpc_service=\"etcdserverpb.KV\",grpc_type=\"unary\"";

    private final Metrics metrics = new Metrics();

    @Test
    void a_call_is_counted_with_its_messages_bytes_and_code() {
        GrpcMetrics grpc = metricsOf(false);
        ServerStreamTracer call = grpc.newServerStreamTracer(PUT, new Metadata());
        call.inboundMessage(0);
        call.inboundUncompressedSize(30);
        call.outboundMessage(0);
        call.outboundUncompressedSize(12);
        call.streamClosed(Status.DEADLINE_EXCEEDED);
        assertThat(metrics.text())
                .contains(
                        "grpc_server_started_total{" + PUT_LABELS + "} 1\n",
                        "grpc_server_msg_received_total{" + PUT_LABELS + "} 1\n",
                        "grpc_server_msg_sent_total{" + PUT_LABELS + "} 1\n",
                        "grpc_server_handled_total{grpc_code=\"DeadlineExceeded\"," + PUT_LABELS + "} 1\n",
                        "etcd_network_client_grpc_received_bytes_total 30\n",
                        "etcd_network_client_grpc_sent_bytes_total 12\n",
                        "etcd_server_client_requests_total{client_api_version=\"unknown\",type=\"unary\"} 1\n")
                .doesNotContain("grpc_server_handling_seconds");
    }

    @Test
    void the_time_of_calls_is_measured_when_asked_for() {
        metricsOf(true).newServerStreamTracer(PUT, new Metadata()).streamClosed(Status.OK);
        assertThat(metrics.text())
                .contains("grpc_server_handling_seconds_bucket{" + PUT_LABELS + ",le=\"+Inf\"} 1\n")
                .contains("grpc_server_handling_seconds_count{" + PUT_LABELS + "} 1\n");
    }

    @Test
    void names_that_clients_choose_make_no_series_without_bound() {
        GrpcMetrics grpc = metricsOf(false);
        for (int i = 0; i < 500; i++) {
            Metadata headers = new Metadata();
            headers.put(Metadata.Key.of("client-api-version", Metadata.ASCII_STRING_MARSHALLER), "3." + i);
            grpc.newServerStreamTracer(PUT, headers).streamClosed(Status.OK);
            grpc.newServerStreamTracer("made.Up/Name" + i, new Metadata()).streamClosed(Status.UNIMPLEMENTED);
        }
        assertThat(metrics.text().lines().filter(line -> line.startsWith("etcd_server_client_requests_total")))
                .hasSizeLessThan(70)
                .anyMatch(line -> line.contains("client_api_version=\"3.5\""));
        assertThat(metrics.text()).doesNotContain("made.Up");
    }

    @Test
    void codes_have_the_names_that_dashboards_ask_for() {
        assertThat(GrpcMetrics.codeName(Status.Code.OK)).isEqualTo("OK");
        assertThat(GrpcMetrics.codeName(Status.Code.CANCELLED)).isEqualTo("Canceled");
        assertThat(GrpcMetrics.codeName(Status.Code.FAILED_PRECONDITION)).isEqualTo("FailedPrecondition");
    }

    private GrpcMetrics metricsOf(boolean extensive) {
        return GrpcMetrics.addTo(metrics, List.of(new Kv().bindService()), extensive);
    }

    private static final class Kv extends KVGrpc.KVImplBase {
        @Override
        public void put(PutRequest request, StreamObserver<PutResponse> reply) {
            reply.onCompleted();
        }
    }
}
