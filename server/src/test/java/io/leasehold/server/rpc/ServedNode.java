package io.leasehold.server.rpc;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.leasehold.lease.LeaseClock;
import io.leasehold.mvcc.StoreOptions;
import io.leasehold.raft.FakeReplicatedLog;
import io.leasehold.server.loop.Ticker;
import io.leasehold.server.replica.ReplicaNode;
import io.leasehold.server.replica.ReplicaSettings;
import io.leasehold.server.snapshot.SnapshotFiles;
import io.leasehold.server.watch.WatchSettings;
import io.leasehold.statemachine.Member;
import io.leasehold.statemachine.Quota;
import io.leasehold.statemachine.StateMachine;
import io.leasehold.statemachine.StateMachineOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** A whole replica with its threads, over a log that commits at once, behind its real services without a port. */
final class ServedNode implements AutoCloseable {
    private static final long MEMBER_ID = 7;

    final ReplicaNode node;
    final GrpcServices services;
    final ManagedChannel channel;
    private final Server server;

    ServedNode(Path directory) throws IOException {
        Ticker ticker = Ticker.system();
        LeaseClock clock = new LeaseClock(ticker.nanos());
        Member self = new Member(MEMBER_ID, "", List.of("http://localhost:2380"), List.of(), false);
        node = new ReplicaNode(
                new ReplicaSettings(
                        9,
                        MEMBER_ID,
                        "m",
                        List.of("http://localhost:2379"),
                        Duration.ofSeconds(1),
                        1 << 20,
                        100_000,
                        Long.MAX_VALUE,
                        true),
                new WatchSettings(TimeUnit.MINUTES.toNanos(10), 1 << 20),
                StateMachine.open(
                        directory,
                        new StateMachineOptions(
                                9, MEMBER_ID, "m", List.of(self), Quota.UNLIMITED, StoreOptions.DEFAULT),
                        clock.now()),
                FakeReplicatedLog.selfDriven(MEMBER_ID),
                clock,
                ticker,
                new SplittableRandom(1),
                (what, cause) -> {
                    throw new IllegalStateException(what, cause);
                });
        node.start();
        if (!node.awaitServing(TimeUnit.SECONDS.toNanos(10))) {
            throw new IllegalStateException("the replica does not serve");
        }
        services = new GrpcServices(
                node,
                List.of(),
                Runnable::run,
                new SnapshotFiles(directory, "3.6.0"),
                new LeaseIds(MEMBER_ID, 1),
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
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
        node.close();
    }
}
