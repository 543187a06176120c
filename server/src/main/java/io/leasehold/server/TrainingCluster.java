package io.leasehold.server;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.server.config.ListenUrl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Two members that find together: what they load, a member that is alone never does, and would take longer over than over
 * all else of its start. Without TLS: its classes would be mapped by every server, and make each start a little longer.
 */
final class TrainingCluster {
    private static final int MEMBERS = 2;

    /** Requests to each: the cache is about what is loaded, not about what is hot. */
    private static final int ROUNDS = 20;

    /** For a start, and for a request: longer than both take on a busy machine. What is behind that is not worth waiting for. */
    private static final int PATIENCE_SECONDS = 30;

    private TrainingCluster() {}

    /** Runs it on directories below {@code directory}; throws whatever keeps the members from answering. */
    static void run(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        List<String> peers = new ArrayList<>();
        List<String> cluster = new ArrayList<>();
        for (int at = 0; at < MEMBERS; at++) {
            names.add("m" + at);
            peers.add("http://127.0.0.1:" + Training.freePort());
            cluster.add(names.get(at) + "=" + peers.get(at));
        }
        List<CompletableFuture<LeaseholdServer>> members = new ArrayList<>();
        try {
            for (int at = 0; at < MEMBERS; at++) {
                members.add(start(List.of(
                        "--name=" + names.get(at),
                        "--data-dir=" + directory.resolve(names.get(at)),
                        "--initial-cluster=" + String.join(",", cluster),
                        "--listen-peer-urls=" + peers.get(at),
                        "--initial-advertise-peer-urls=" + peers.get(at),
                        "--listen-client-urls=http://127.0.0.1:0",
                        "--advertise-client-urls=http://127.0.0.1:0",
                        // A member that stops waits as long for another one that has stopped before it.
                        "--heartbeat-interval=50",
                        "--election-timeout=500")));
            }
            for (CompletableFuture<LeaseholdServer> member : members) {
                ask(member.join().addresses().getFirst());
            }
        } finally {
            members.forEach(TrainingCluster::close);
        }
    }

    /** On a thread of its own: each waits for the other. */
    private static CompletableFuture<LeaseholdServer> start(List<String> flags) {
        CompletableFuture<LeaseholdServer> started = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("leasehold-train").start(() -> {
            try {
                started.complete(LeaseholdServer.start(Training.parsed(flags).config(), Training.FATAL));
            } catch (RuntimeException failed) {
                started.completeExceptionally(failed);
            }
        });
        return started.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static void ask(ListenUrl address) throws IOException {
        ManagedChannel channel = NettyChannelBuilder.forAddress(address.host(), address.port())
                .usePlaintext()
                .build();
        try {
            KVGrpc.KVBlockingStub kv =
                    KVGrpc.newBlockingStub(channel).withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
            ByteString key = ByteString.copyFromUtf8("key");
            for (int round = 0; round < ROUNDS; round++) {
                kv.put(PutRequest.newBuilder().setKey(key).build());
                kv.range(RangeRequest.newBuilder().setKey(key).build());
            }
        } finally {
            channel.shutdownNow();
        }
    }

    private static void close(CompletableFuture<LeaseholdServer> member) {
        try {
            member.join().close();
        } catch (CompletionException failed) {
            // It never ran; who waited for it has heard of that.
        }
    }
}
