package io.leasehold.client;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Servers inside the test's process and a client of them, all on the test's thread and in its time. */
final class VirtualCluster implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name = "cluster-" + COUNT.incrementAndGet() + "-";
    private final List<Server> servers = new ArrayList<>();
    private final Set<String> unreachable = new HashSet<>();
    final VirtualTimeline time;

    VirtualCluster(VirtualTimeline time) {
        this.time = time;
    }

    /** Starts a further server with these services. */
    VirtualCluster server(BindableService... services) {
        return server(servers.size(), services);
    }

    /** Starts the server of this number, which may have been stopped before. */
    VirtualCluster server(int number, BindableService... services) {
        InProcessServerBuilder builder =
                InProcessServerBuilder.forName(name + number).directExecutor();
        for (BindableService service : services) {
            builder.addService(service);
        }
        try {
            Server server = builder.build().start();
            if (number < servers.size()) {
                servers.set(number, server);
            } else {
                servers.add(server);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return this;
    }

    /** No client that is made from now on gets a connection to this server. */
    VirtualCluster unreachable(int number) {
        unreachable.add(Integer.toString(number));
        return this;
    }

    /** Ends a server with all its connections. */
    void stop(int number) {
        servers.get(number).shutdownNow();
        try {
            servers.get(number).awaitTermination();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        time.settle();
    }

    /** A client of all the servers, which the test closes. */
    LeaseholdClient client() {
        return client(LeaseholdClient.builder());
    }

    /** A client with these settings. */
    LeaseholdClient client(LeaseholdClientBuilder settings) {
        return client(settings, Runnable::run);
    }

    /** A client with these settings whose listeners are called where the test says. */
    LeaseholdClient client(LeaseholdClientBuilder settings, Executor callbacks) {
        for (int number = 0; number < servers.size(); number++) {
            settings.endpoints(Integer.toString(number));
        }
        settings.closeTimeout(Duration.ofMillis(1));
        ClientCore core = new ClientCore(settings, time, this::channel, callbacks, null, new Random(7) {
            private static final long serialVersionUID = 1L;

            /** The first endpoint is used first. */
            @Override
            public int nextInt(int bound) {
                return 0;
            }
        });
        return LeaseholdClient.over(core, settings);
    }

    private ManagedChannel channel(String address) {
        return unreachable.contains(address)
                ? new UnreachableChannel()
                : InProcessChannelBuilder.forName(name + address)
                        .directExecutor()
                        .build();
    }

    /** What the call answers, all of it on this thread. */
    <T> T now(CompletableFuture<T> call) {
        time.settle();
        if (!call.isDone()) {
            throw new AssertionError("not answered without time passing");
        }
        return io.leasehold.client.call.Blocking.await(call);
    }

    @Override
    public void close() {
        servers.forEach(Server::shutdownNow);
    }
}
