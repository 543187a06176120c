package io.leasehold.server;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.StatusRequest;
import io.leasehold.protocol.etcdserverpb.StatusResponse;
import io.leasehold.server.config.ConfigParser;
import io.leasehold.server.config.ConfigResult;
import io.leasehold.server.config.ListenUrl;
import io.leasehold.server.config.ServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of the training in which members speak with each other: three of them in one process elect, replicate, and hand
 * leadership over. Without it a cluster loads the engine's network when it starts, and the code of an election when its
 * leader is lost, which is the worst of moments.
 *
 * <p>It is not needed for the cache to be made: where it fails, the cache is one for single servers.
 */
final class ClusterTraining {
    private static final int MEMBERS = 3;
    /** Enough for the JVM to learn which methods are hot. */
    private static final int PUTS = 100;

    private static final long CALL_LIMIT_SECONDS = 10;
    /** Short: the members of a training have nothing to wait for. */
    private static final String ELECTION_TIMEOUT_MILLIS = "500";

    private static final String HEARTBEAT_MILLIS = "50";

    private ClusterTraining() {}

    static void run(Path directory) {
        List<LeaseholdServer> members = new ArrayList<>();
        ExecutorService starters = Executors.newFixedThreadPool(MEMBERS);
        try {
            List<Callable<LeaseholdServer>> starts = configs(directory).stream()
                    .<Callable<LeaseholdServer>>map(config -> () -> LeaseholdServer.start(config, (what, cause) -> {
                        throw new IllegalStateException(what, cause);
                    }))
                    .toList();
            for (Future<LeaseholdServer> started : starters.invokeAll(starts)) {
                members.add(started.get());
            }
            members.forEach(ClusterTraining::put);
            LeaseholdServer leader = leaderOf(members);
            members.remove(leader);
            leader.close();
            members.forEach(ClusterTraining::put);
        } catch (IOException | ExecutionException | StatusRuntimeException failed) {
            logger().warn("the training of several members failed", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            starters.shutdownNow();
            members.forEach(LeaseholdServer::close);
        }
    }

    private static Logger logger() {
        return LoggerFactory.getLogger(ClusterTraining.class);
    }

    private static List<ServerConfig> configs(Path directory) throws IOException {
        List<Integer> ports = freePorts();
        String cluster = IntStream.range(0, MEMBERS)
                .mapToObj(i -> "t" + i + "=http://127.0.0.1:" + ports.get(i))
                .collect(Collectors.joining(","));
        List<ServerConfig> configs = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            String peer = "http://127.0.0.1:" + ports.get(i);
            List<String> flags = List.of(
                    "--name=t" + i,
                    "--data-dir=" + directory.resolve("t" + i),
                    "--listen-client-urls=http://127.0.0.1:0",
                    "--advertise-client-urls=http://127.0.0.1:0",
                    "--listen-peer-urls=" + peer,
                    "--initial-advertise-peer-urls=" + peer,
                    "--initial-cluster=" + cluster,
                    "--election-timeout=" + ELECTION_TIMEOUT_MILLIS,
                    "--heartbeat-interval=" + HEARTBEAT_MILLIS);
            if (!(ConfigParser.parse(flags, Map.of()) instanceof ConfigResult.Parsed parsed)) {
                throw new IllegalStateException("the training run's flags are not understood: " + flags);
            }
            configs.add(parsed.config());
        }
        return configs;
    }

    /** Held open together, so that they differ. */
    private static List<Integer> freePorts() throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            List<Integer> ports = new ArrayList<>();
            for (int i = 0; i < MEMBERS; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                ports.add(socket.getLocalPort());
            }
            return ports;
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }

    private static LeaseholdServer leaderOf(List<LeaseholdServer> members) {
        for (LeaseholdServer member : members) {
            ManagedChannel channel = channel(member);
            try {
                StatusResponse status = MaintenanceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(CALL_LIMIT_SECONDS, TimeUnit.SECONDS)
                        .status(StatusRequest.getDefaultInstance());
                if (status.getLeader() == status.getHeader().getMemberId()) {
                    return member;
                }
            } finally {
                channel.shutdownNow();
            }
        }
        return members.getFirst();
    }

    private static void put(LeaseholdServer member) {
        ManagedChannel channel = channel(member);
        try {
            KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(channel);
            for (int i = 0; i < PUTS; i++) {
                kv.withDeadlineAfter(CALL_LIMIT_SECONDS, TimeUnit.SECONDS)
                        .put(PutRequest.newBuilder()
                                .setKey(ByteString.copyFromUtf8("key" + i))
                                .build());
            }
        } finally {
            channel.shutdownNow();
        }
    }

    private static ManagedChannel channel(LeaseholdServer member) {
        ListenUrl address = member.addresses().getFirst();
        return NettyChannelBuilder.forAddress(address.host(), address.port())
                .usePlaintext()
                .build();
    }
}
