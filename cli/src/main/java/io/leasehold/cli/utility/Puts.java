package io.leasehold.cli.utility;

import com.google.protobuf.ByteString;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.output.Output;
import io.leasehold.protocol.ReadsClock;
import io.leasehold.protocol.etcdserverpb.CompactionRequest;
import io.leasehold.protocol.etcdserverpb.DefragmentRequest;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/** Many clients that put random keys below a prefix, each waiting for its answer, at a rate that all of them share. */
final class Puts {
    /** One connection carries many calls; several keep a single one from being the bottleneck. */
    private static final int CONNECTIONS = 8;

    private static final Duration CLEANING_LIMIT = Duration.ofSeconds(30);
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final Ctl ctl;
    private final ByteString prefix;
    private final int keyBytes;
    private final ByteString value;
    private final AtomicLong next = new AtomicLong();
    private final List<Thread> clients = new CopyOnWriteArrayList<>();
    private final List<Long> latenciesNanos = new ArrayList<>();
    private final Map<String, Integer> countByError = new TreeMap<>();

    /** What is asked of it; {@code putsPerSecond} 0 for as fast as the server goes. */
    record Plan(int clients, int putsPerSecond, long puts) {}

    /** What came out. */
    record Result(List<Long> latenciesNanos, Map<String, Integer> countByError, long tookNanos) {
        double perSecond() {
            return latenciesNanos.size() * (double) NANOS_PER_SECOND / Math.max(1, tookNanos);
        }

        /** Says what failed; whether nothing did. */
        boolean tellErrors(Output output) {
            if (countByError.isEmpty()) {
                return true;
            }
            output.line("FAIL: too many errors");
            countByError.forEach((error, count) -> output.line("FAIL: ERROR(" + error + ") -> " + count));
            return false;
        }

        double slowestSeconds() {
            return latenciesNanos.stream().mapToLong(Long::longValue).max().orElse(0) / (double) NANOS_PER_SECOND;
        }

        double deviationSeconds() {
            double mean =
                    latenciesNanos.stream().mapToLong(Long::longValue).average().orElse(0);
            double squares = latenciesNanos.stream()
                    .mapToDouble(nanos -> (nanos - mean) * (nanos - mean))
                    .sum();
            return Math.sqrt(squares / Math.max(1, latenciesNanos.size())) / NANOS_PER_SECOND;
        }
    }

    Puts(Ctl ctl, String prefix, int keyBytes, int valueBytes) {
        this.ctl = ctl;
        this.prefix = Arguments.bytes(prefix);
        this.keyBytes = keyBytes;
        this.value = ByteString.copyFrom(new byte[valueBytes]);
    }

    /** Refuses to work where there are keys already: they would be deleted afterwards. */
    void requireEmpty(Connection connection) {
        boolean there = connection
                        .call(
                                KVGrpc.getRangeMethod(),
                                RangeRequest.newBuilder()
                                        .setKey(prefix)
                                        .setRangeEnd(Arguments.prefixEnd(prefix))
                                        .setLimit(1)
                                        .build())
                        .getKvsCount()
                > 0;
        if (there) {
            String name = prefix.toStringUtf8();
            throw new CtlException(
                    CtlException.Code.INVALID_INPUT,
                    "prefix " + Ctl.quoted(name) + " has keys. Delete with 'etcdctl del --prefix " + name + "' first");
        }
    }

    /** Deletes what was put also when a signal ends the program before its time. */
    void cleanWhenStopped(Connection connection) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            next.set(Long.MAX_VALUE / 2);
            try {
                for (Thread client : clients) {
                    client.join(CLEANING_LIMIT);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            try {
                clean(connection, false, false);
            } catch (CtlException e) {
                ctl.err().println("Error: the keys below " + prefix.toStringUtf8() + " are left: " + e.getMessage());
            }
        }));
    }

    /** Puts; returns when all answers are there. {@code done} is told how many there are. */
    @ReadsClock("what is measured is time")
    Result run(Plan plan, LongConsumer done) {
        List<Connection> connections = new ArrayList<>();
        long beginNanos = System.nanoTime();
        try {
            for (int i = 0; i < Math.min(CONNECTIONS, plan.clients()); i++) {
                connections.add(ctl.connect());
            }
            for (int i = 0; i < plan.clients(); i++) {
                Connection connection = connections.get(i % connections.size());
                clients.add(Thread.ofVirtual().start(() -> work(connection, plan, beginNanos, done)));
            }
            for (Thread client : clients) {
                client.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connections.forEach(Connection::close);
        }
        return new Result(latenciesNanos, countByError, System.nanoTime() - beginNanos);
    }

    /** Deletes what was put, and gives its room back if that is wanted. */
    void clean(Connection connection, boolean compact, boolean defragment) {
        DeleteRangeRequest all = DeleteRangeRequest.newBuilder()
                .setKey(prefix)
                .setRangeEnd(Arguments.prefixEnd(prefix))
                .build();
        long revision = connection
                .call(KVGrpc.getDeleteRangeMethod(), all, CLEANING_LIMIT)
                .getHeader()
                .getRevision();
        if (compact) {
            ctl.output().line("Compacting with revision " + revision);
            connection.callWithoutDeadline(
                    KVGrpc.getCompactMethod(),
                    CompactionRequest.newBuilder()
                            .setRevision(revision)
                            .setPhysical(true)
                            .build());
            ctl.output().line("Compacted with revision " + revision);
        }
        for (String endpoint : defragment ? ctl.endpoints() : List.<String>of()) {
            ctl.output().line("Defragmenting " + Ctl.quoted(endpoint));
            try (Connection one = ctl.connect(endpoint)) {
                one.callWithoutDeadline(MaintenanceGrpc.getDefragmentMethod(), DefragmentRequest.getDefaultInstance());
            }
            ctl.output().line("Defragmented " + Ctl.quoted(endpoint));
        }
    }

    @ReadsClock("what is measured is time")
    private void work(Connection connection, Plan plan, long beginNanos, LongConsumer done) {
        for (long put = next.getAndIncrement(); put < plan.puts(); put = next.getAndIncrement()) {
            if (plan.putsPerSecond() > 0) {
                awaitTurn(beginNanos + put * NANOS_PER_SECOND / plan.putsPerSecond());
            }
            byte[] key = new byte[keyBytes];
            ThreadLocalRandom.current().nextBytes(key);
            long startNanos = System.nanoTime();
            String error = "";
            try {
                connection.callWithoutDeadline(
                        KVGrpc.getPutMethod(),
                        PutRequest.newBuilder()
                                .setKey(prefix.concat(ByteString.copyFrom(key)))
                                .setValue(value)
                                .build());
            } catch (CtlException e) {
                error = String.valueOf(e.getMessage());
            }
            note(System.nanoTime() - startNanos, error, done);
        }
    }

    @ReadsClock("puts are spread over the time there is")
    private static void awaitTurn(long atNanos) {
        for (long left = atNanos - System.nanoTime(); left > 0; left = atNanos - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
        }
    }

    private synchronized void note(long nanos, String error, LongConsumer done) {
        if (error.isEmpty()) {
            latenciesNanos.add(nanos);
        } else {
            countByError.merge(error, 1, Integer::sum);
        }
        done.accept(latenciesNanos.size());
    }
}
