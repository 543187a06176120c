package io.leasehold.client;

import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.watch.WatchOptions;
import io.leasehold.client.watch.Watcher;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints that go silent without breaking their connections, in virtual time. */
final class SilentEndpointTest {
    private static final Duration INTERVAL = Duration.ofMillis(500);

    /** An interval of silence, and the time an answer may take. */
    private static final Duration NOTICED = Duration.ofMillis(801);

    private final VirtualTimeline time = new VirtualTimeline();
    private final FakeKv firstKv = new FakeKv();
    private final Health firstHealth = new Health();
    private final FakeWatches firstWatches = new FakeWatches();
    private final FakeKv secondKv = new FakeKv();
    private final Health secondHealth = new Health();
    private final FakeWatches secondWatches = new FakeWatches();
    private final VirtualCluster cluster = new VirtualCluster(time)
            .server(firstKv, firstHealth, firstWatches)
            .server(secondKv, secondHealth, secondWatches);
    private final LeaseholdClient client =
            cluster.client(LeaseholdClient.builder().healthCheckInterval(INTERVAL));

    @AfterEach
    void close() {
        client.close();
        cluster.close();
    }

    /** Says that it serves, or nothing. */
    private static final class Health implements BindableService {
        private static final byte[] SERVING = {8, 1};

        private int asked;
        private boolean silent;

        @Override
        public ServerServiceDefinition bindService() {
            MethodDescriptor<byte[], byte[]> check = MethodDescriptor.<byte[], byte[]>newBuilder()
                    .setType(MethodType.UNARY)
                    .setFullMethodName("grpc.health.v1.Health/Check")
                    .setRequestMarshaller(new Bytes())
                    .setResponseMarshaller(new Bytes())
                    .build();
            return ServerServiceDefinition.builder("grpc.health.v1.Health")
                    .addMethod(check, ServerCalls.asyncUnaryCall((request, answer) -> {
                        asked++;
                        if (!silent) {
                            answer.onNext(SERVING);
                            answer.onCompleted();
                        }
                    }))
                    .build();
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
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 99, 250, 499, 500, 777})
    void a_silent_endpoint_is_left_within_the_same_time_whenever_its_silence_begins(long millis) {
        time.advance(Duration.ofMillis(millis));
        cluster.now(client.kv().get(utf8("k")));
        firstKv.silent = true;
        firstHealth.silent = true;

        CompletableFuture<GetResult> read = client.kv().get(utf8("k"));
        time.advance(NOTICED);

        assertThat(read).isCompleted();
        assertThat(secondKv.ranges).isEqualTo(1);
    }

    @Test
    void a_stream_at_another_endpoint_than_the_one_in_use_is_taken_away_from_it_when_it_goes_silent() {
        Watcher watcher = client.watches().watch(KeyRange.single(utf8("k")), WatchOptions.DEFAULT, batch -> {});
        time.settle();
        firstWatches.end(Status.CANCELLED.withDescription("no fault of the endpoint"));
        time.advance(Duration.ofMillis(100));
        assertThat(secondWatches.streams).isEqualTo(1);
        assertThat(client.describe()).contains("0  <- in use");

        secondHealth.silent = true;
        time.advance(NOTICED);

        assertThat(firstWatches.streams).isEqualTo(2);
        assertThat(watcher.ended()).isNotDone();
    }

    @Test
    void an_endpoint_without_a_connection_is_left_after_half_an_interval() {
        try (LeaseholdClient fresh =
                cluster.unreachable(0).client(LeaseholdClient.builder().healthCheckInterval(INTERVAL))) {
            CompletableFuture<GetResult> read = fresh.kv().get(utf8("k"));
            time.advance(INTERVAL.dividedBy(2).minusMillis(1));
            assertThat(read).isNotDone();
            time.advance(Duration.ofMillis(2));

            assertThat(read).isCompleted();
            assertThat(secondKv.ranges).isEqualTo(1);
        }
    }

    @Test
    void an_endpoint_is_kept_when_no_other_answers() {
        firstKv.silent = true;
        firstHealth.silent = true;
        secondHealth.silent = true;
        CompletableFuture<GetResult> read = client.kv().get(utf8("k"));
        time.advance(Duration.ofSeconds(3));
        assertThat(read).isNotDone();

        firstKv.answer();
        time.settle();

        assertThat(read).isCompleted();
        assertThat(secondKv.ranges).isZero();
    }

    @Test
    void nobody_is_asked_while_nothing_is_waited_for() {
        cluster.now(client.kv().get(utf8("k")));
        time.advance(Duration.ofSeconds(10));

        assertThat(firstHealth.asked + secondHealth.asked).isZero();
    }
}
