package io.leasehold.server;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeRequest;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.protocol.etcdserverpb.WatchRequest;
import io.leasehold.server.config.ConfigParser;
import io.leasehold.server.config.ConfigResult;
import io.leasehold.server.config.ListenUrl;
import io.leasehold.server.config.ServerConfig;
import io.leasehold.server.logging.LibraryLogs;
import io.leasehold.server.logging.LogRules;
import io.leasehold.server.loop.FatalHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A short life of a server on a directory of its own, with every kind of request in it. The launcher lets the JVM watch it
 * and keep what it loaded and compiled, so that real servers start faster. Nothing of it remains.
 */
final class Training {
    /** Enough for the JVM to learn which methods are hot; more would only take longer. */
    private static final int ROUNDS = 300;

    /** Keys of one lease: its end is hot from the first time on, and whoever writes then waits for it. */
    private static final int LEASED_KEYS = 10_000;

    /** Far fewer than a transaction may have by default. */
    private static final int PUTS_PER_TXN = 100;

    private static final int WATCH_EVENTS = 1;

    /** A server that cannot go on ends its training. */
    static final FatalHandler FATAL = (what, cause) -> {
        throw new IllegalStateException(what, cause);
    };

    private Training() {}

    static void run() {
        try {
            Path directory = Files.createTempDirectory("leasehold-train");
            try {
                train(config(directory));
                trainTogether(directory);
            } finally {
                deleteAll(directory);
            }
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException("the training run failed", failed);
        }
    }

    /** Where members cannot speak with each other the rest is worth keeping. */
    private static void trainTogether(Path directory) {
        try {
            TrainingCluster.run(directory);
        } catch (IOException | RuntimeException failed) {
            LoggerFactory.getLogger(Training.class).warn("members could not be trained together", failed);
        }
    }

    private static ConfigResult.Parsed config(Path directory) throws IOException {
        String peer = "http://127.0.0.1:" + freePort();
        return parsed(List.of(
                "--data-dir=" + directory.resolve("data"),
                "--listen-client-urls=http://127.0.0.1:0",
                "--advertise-client-urls=http://127.0.0.1:0",
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer));
    }

    static ConfigResult.Parsed parsed(List<String> flags) {
        if (ConfigParser.parse(flags, Map.of()) instanceof ConfigResult.Parsed parsed) {
            return parsed;
        }
        throw new IllegalStateException("the training run's flags are not understood: " + flags);
    }

    private static void train(ConfigResult.Parsed parsed) throws IOException, InterruptedException {
        ServerConfig config = parsed.config();
        LogRules.publish(config.log());
        LibraryLogs.redirect();
        Logger logger = LoggerFactory.getLogger(Training.class);
        // What the command line says goes the same way here: a class that is not in the cache opens every jar.
        Main.logStarting(logger, parsed);
        try (LeaseholdServer server = LeaseholdServer.start(config, FATAL)) {
            StopSignals.install(() -> {});
            Main.tellReady(server, logger, System.out, false);
            ListenUrl address = server.addresses().getFirst();
            ManagedChannel channel = NettyChannelBuilder.forAddress(address.host(), address.port())
                    .usePlaintext()
                    .build();
            try {
                callAll(channel);
            } finally {
                channel.shutdownNow();
            }
            for (String path : List.of("/health", "/readyz", "/version", "/metrics")) {
                http(address, "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            }
            http(
                    address,
                    "POST /v3/kv/range HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 14\r\n\r\n"
                            + "{\"key\":\"aGk=\"}");
        }
    }

    private static void callAll(ManagedChannel channel) throws InterruptedException {
        KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(channel);
        LeaseGrpc.LeaseBlockingStub leases = LeaseGrpc.newBlockingStub(channel);
        CountDownLatch watched = new CountDownLatch(WATCH_EVENTS);
        StreamObserver<WatchRequest> watch = WatchGrpc.newStub(channel).watch(new CountsDown<>(watched));
        watch.onNext(WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder().setKey(key(0)).setRangeEnd(key(ROUNDS)))
                .build());
        long lease = leases.leaseGrant(LeaseGrantRequest.newBuilder().setTTL(60).build())
                .getID();
        for (int round = 0; round < ROUNDS; round++) {
            kv.put(PutRequest.newBuilder()
                    .setKey(key(round))
                    .setValue(key(round))
                    .setLease(round % 2 * lease)
                    .build());
            kv.range(RangeRequest.newBuilder().setKey(key(round)).build());
        }
        kv.range(RangeRequest.newBuilder()
                .setKey(key(0))
                .setRangeEnd(key(ROUNDS))
                .build());
        CountDownLatch renewed = new CountDownLatch(1);
        StreamObserver<LeaseKeepAliveRequest> keepAlive =
                LeaseGrpc.newStub(channel).leaseKeepAlive(new CountsDown<LeaseKeepAliveResponse>(renewed));
        keepAlive.onNext(LeaseKeepAliveRequest.newBuilder().setID(lease).build());
        renewed.await();
        watched.await();
        for (int from = ROUNDS; from < LEASED_KEYS; from += PUTS_PER_TXN) {
            TxnRequest.Builder txn = TxnRequest.newBuilder();
            for (int number = from; number < from + PUTS_PER_TXN; number++) {
                txn.addSuccessBuilder()
                        .getRequestPutBuilder()
                        .setKey(key(number))
                        .setLease(lease);
            }
            kv.txn(txn.build());
        }
        leases.leaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease).build());
    }

    private static ByteString key(int number) {
        return ByteString.copyFromUtf8("key" + number);
    }

    private static void http(ListenUrl address, String request) throws IOException {
        try (Socket socket = new Socket(address.host(), address.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (UncheckedIOException failed) {
            throw new IOException("could not delete " + directory, failed);
        }
    }

    /** Waits for answers, whatever they say. */
    private record CountsDown<T>(CountDownLatch latch) implements StreamObserver<T> {
        @Override
        public void onNext(T answer) {
            latch.countDown();
        }

        @Override
        public void onError(Throwable failure) {
            // The channel was shut down: the end of every training.
        }

        @Override
        public void onCompleted() {
            latch.countDown();
        }
    }
}
