package io.leasehold.server.rpc;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.leasehold.server.snapshot.SnapshotFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A local replica behind its real services, reached through gRPC without a port; everything in the test's thread. */
final class ServedReplica implements AutoCloseable {
    final LocalReplica replica;
    final GrpcServices services;
    final ManagedChannel channel;
    private final Server server;

    ServedReplica(Path directory) throws IOException {
        replica = new LocalReplica(directory);
        services = new GrpcServices(
                replica,
                List.of(),
                Runnable::run,
                new SnapshotFiles(directory, "3.6.0"),
                new LeaseIds(LocalReplica.MEMBER_ID, 1),
                TestAuthentication.simple(),
                new RpcSettings(128, 2, 0, 1));
        String name = InProcessServerBuilder.generateName();
        server = InProcessServerBuilder.forName(name)
                .directExecutor()
                .addServices(services.all())
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    }

    @Override
    public void close() throws IOException {
        channel.shutdownNow();
        server.shutdownNow();
        replica.close();
    }

    /** What a stream of answers brought. */
    static final class Answers<T> implements StreamObserver<T> {
        final List<T> messages = new ArrayList<>();

        @Nullable
        Throwable failure;

        boolean completed;

        @Override
        public void onNext(T message) {
            messages.add(message);
        }

        @Override
        public void onError(Throwable cause) {
            failure = cause;
        }

        @Override
        public void onCompleted() {
            completed = true;
        }

        List<T> take() {
            List<T> taken = List.copyOf(messages);
            messages.clear();
            return taken;
        }
    }
}
