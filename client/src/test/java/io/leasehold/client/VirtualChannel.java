package io.leasehold.client;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What a channel of gRPC gives a name resolver and is told by it, in the time of a test. For one thread, the test's. */
public final class VirtualChannel extends NameResolver.Listener2 {
    private final VirtualTimeline time;
    private final List<String> told = new ArrayList<>();

    /** A channel that has been told nothing. */
    public VirtualChannel(VirtualTimeline time) {
        this.time = time;
    }

    /** What the resolver is made with. */
    public NameResolver.Args args() {
        return NameResolver.Args.newBuilder()
                .setDefaultPort(80)
                .setProxyDetector(address -> null)
                .setSynchronizationContext(new SynchronizationContext((thread, failed) -> {
                    throw new AssertionError(failed);
                }))
                .setScheduledExecutorService(new Scheduler())
                .setServiceConfigParser(new NameResolver.ServiceConfigParser() {
                    @Override
                    public NameResolver.ConfigOrError parseServiceConfig(java.util.Map<String, ?> raw) {
                        return NameResolver.ConfigOrError.fromConfig(raw);
                    }
                })
                .setOffloadExecutor(Runnable::run)
                .build();
    }

    /** All that was told: addresses in their order, or a failure's description. */
    public List<String> told() {
        return told;
    }

    /** The newest of it. */
    public String last() {
        return told.get(told.size() - 1);
    }

    @Override
    public Status onResult2(NameResolver.ResolutionResult result) {
        StatusOr<List<EquivalentAddressGroup>> addresses = result.getAddressesOrError();
        told.add(
                addresses.hasValue()
                        ? addresses.getValue().stream()
                                .flatMap(group -> group.getAddresses().stream())
                                .map(address -> address.toString()
                                        .substring(address.toString().indexOf('/') + 1))
                                .collect(Collectors.joining(" "))
                        : String.valueOf(addresses.getStatus().getDescription()));
        return Status.OK;
    }

    @Override
    public void onResult(NameResolver.ResolutionResult result) {
        throw new AssertionError("told in the old way");
    }

    @Override
    public void onError(Status error) {
        throw new AssertionError("told in the old way");
    }

    private final class Scheduler extends AbstractExecutorService implements ScheduledExecutorService {
        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            Planned planned = new Planned(command);
            time.after(unit.toNanos(delay), planned);
            return planned;
        }

        @Override
        public void execute(Runnable command) {
            time.execute(command);
        }

        @Override
        public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long first, long period, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long first, long delay, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }

    /** A task that may be cancelled; nobody asks when it is due. */
    private static final class Planned extends FutureTask<Boolean> implements ScheduledFuture<Boolean> {
        Planned(Runnable task) {
            super(task, true);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return 0;
        }

        @Override
        public int compareTo(Delayed other) {
            return 0;
        }
    }
}
