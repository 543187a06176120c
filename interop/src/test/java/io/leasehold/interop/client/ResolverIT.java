package io.leasehold.interop.client;

import static io.leasehold.client.call.Blocking.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.naming.Endpoint;
import io.leasehold.client.naming.EndpointChange;
import io.leasehold.client.naming.EndpointManager;
import io.leasehold.client.naming.EtcdResolverProvider;
import io.leasehold.client.naming.Registration;
import io.leasehold.client.naming.RegistrationOptions;
import io.leasehold.interop.Await;
import io.leasehold.interop.RunningServer;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Channels of gRPC that find their servers by the names in etcd. */
final class ResolverIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    private static final List<Server> SERVERS = new ArrayList<>();
    private static LeaseholdClient client;
    private static EtcdResolverProvider provider;

    @BeforeAll
    static void start() throws IOException {
        client = LeaseholdClient.connect("http://" + SERVER.endpoint());
        provider = new EtcdResolverProvider(client);
        for (int number = 0; number < 3; number++) {
            SERVERS.add(NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .addService(new Numbered(number))
                    .build()
                    .start());
        }
    }

    @AfterAll
    static void stop() {
        client.close();
        SERVERS.forEach(Server::shutdownNow);
    }

    /** Says which server it is. */
    private static final class Numbered extends KVGrpc.KVImplBase {
        private final int number;

        Numbered(int number) {
            this.number = number;
        }

        @Override
        public void range(RangeRequest request, StreamObserver<RangeResponse> answer) {
            answer.onNext(RangeResponse.newBuilder().setCount(number).build());
            answer.onCompleted();
        }
    }

    private static Endpoint endpoint(int number) {
        return Endpoint.at("127.0.0.1:" + SERVERS.get(number).getPort());
    }

    /** With a resolver of its own: the registry is the process's, in which other tests run at the same time. */
    @SuppressWarnings("deprecation")
    private static ManagedChannel channel(String target) {
        return ManagedChannelBuilder.forTarget(target)
                .nameResolverFactory(provider)
                .defaultLoadBalancingPolicy("round_robin")
                .usePlaintext()
                .build();
    }

    private static long call(ManagedChannel channel) {
        return KVGrpc.newBlockingStub(channel)
                .withWaitForReady()
                .withDeadlineAfter(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .range(RangeRequest.getDefaultInstance())
                .getCount();
    }

    private static Map<Long, Integer> calls(ManagedChannel channel, int count) {
        Map<Long, Integer> answers = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            answers.merge(call(channel), 1, Integer::sum);
        }
        return answers;
    }

    @Test
    void calls_go_round_all_endpoints_and_leave_one_out_when_its_lease_ends() {
        EndpointManager service = client.naming().endpoints("it/robin");
        LeaseGrant lease = await(client.leases().grant(Duration.ofSeconds(60)));
        await(service.update(
                new EndpointChange.Add("one", endpoint(0), lease.id()),
                EndpointChange.add(endpoint(1)),
                EndpointChange.add(endpoint(2))));
        ManagedChannel channel = channel("etcd:///it/robin");
        Await.until("all three are used", LIMIT, () -> calls(channel, 6).size() == 3);

        assertThat(calls(channel, 300).values()).allMatch(share -> share >= 95 && share <= 105);
        await(client.leases().revoke(lease.id()));

        Await.until("two are used", LIMIT, () -> calls(channel, 6).keySet().equals(Set.of(1L, 2L)));
        channel.shutdownNow();
    }

    @Test
    void without_endpoints_calls_fail_by_name_or_wait_until_there_is_one() {
        ManagedChannel channel = channel("etcd:it-late");
        assertThatThrownBy(() -> KVGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(LIMIT.toSeconds(), TimeUnit.SECONDS)
                        .range(RangeRequest.getDefaultInstance()))
                .isInstanceOfSatisfying(StatusRuntimeException.class, failed -> {
                    assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                    assertThat(failed.getStatus().getDescription()).contains("it-late");
                });
        // As a person writes it, without Op.
        await(client.kv()
                .put(
                        ByteSequence.utf8("it-late/x"),
                        ByteSequence.utf8("{\"Addr\":\"" + endpoint(1).address() + "\",\"Metadata\":\"...\"}")));
        await(client.kv().put(ByteSequence.utf8("it-late2/y"), endpoint(2).encoded()));

        assertThat(calls(channel, 5)).containsOnlyKeys(1L);
        channel.shutdownNow();
    }

    @Test
    void an_endpoint_that_moves_is_followed() {
        EndpointManager service = client.naming().endpoints("it-moves");
        await(service.add("a", endpoint(0), PutOptions.DEFAULT));
        ManagedChannel channel = channel("etcd:///it-moves");
        assertThat(call(channel)).isZero();

        await(service.add("a", endpoint(2), PutOptions.DEFAULT));

        Await.until("it has moved", LIMIT, () -> call(channel) == 2);
        channel.shutdownNow();
    }

    @Test
    void a_registration_outlives_the_loss_of_its_lease_and_ends_when_it_is_closed() {
        EndpointManager service = client.naming().endpoints("it-kept");
        Registration registration = await(service.register(endpoint(1), RegistrationOptions.DEFAULT));
        ByteSequence key = ByteSequence.utf8(registration.key());
        long first = registration.leaseId();

        await(client.leases().revoke(first));
        Await.until(
                "it is back on another lease",
                LIMIT,
                () -> registration.leaseId() != first
                        && await(client.kv()
                                        .txn()
                                        .when(Compare.lease(key).equalTo(registration.leaseId()))
                                        .then(Op.get(key))
                                        .commit())
                                .succeeded());
        assertThatThrownBy(() -> await(service.register(endpoint(1), RegistrationOptions.DEFAULT)))
                .hasMessageContaining("already registered");

        registration.close();
        assertThat(await(service.list())).isEmpty();
    }

    @Test
    void targets_that_cannot_be_are_refused() {
        assertThatThrownBy(() -> channel("etcd:///")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> channel("etcd://elsewhere/service")).isInstanceOf(IllegalArgumentException.class);
    }
}
