package io.leasehold.benchmarks.client;

import static io.leasehold.protocol.ByteSequence.utf8;

import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.call.Blocking;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.leasing.LeasingKv;
import io.leasehold.client.leasing.LeasingOptions;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ReadsClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads a thousand keys over and over, first from the server and then from a leasing cache that owns them, and prints what a
 * read takes: {@code LeasingReads <endpoint> <threads> <seconds>}.
 */
@ReadsClock("measures")
public final class LeasingReads {
    private static final int KEYS = 1_000;
    private static final int VALUE_BYTES = 100;

    private LeasingReads() {}

    /** Runs it. */
    public static void main(String[] args) throws InterruptedException, ExecutionException {
        int threads = Integer.parseInt(args[1]);
        Duration time = Duration.ofSeconds(Long.parseLong(args[2]));
        try (LeaseholdClient client = LeaseholdClient.builder()
                        .endpoints(args[0])
                        .callTimeout(Duration.ofSeconds(30))
                        .build();
                LeasingKv cached = Blocking.await(client.leasing(utf8("owners/"), LeasingOptions.DEFAULT))) {
            List<ByteSequence> keys = new ArrayList<>();
            for (int i = 0; i < KEYS; i++) {
                keys.add(utf8("leasing-reads/" + i));
                Blocking.await(client.kv().put(keys.get(i), ByteSequence.wrap(new byte[VALUE_BYTES])));
                Blocking.await(cached.get(keys.get(i)));
            }
            measure("plain gets", client.kv(), keys, threads, time);
            measure("cached gets", cached, keys, threads, time);
            System.out.println(cached.counts());
        }
    }

    private static void measure(String what, Kv kv, List<ByteSequence> keys, int threads, Duration time)
            throws InterruptedException, ExecutionException {
        // The first time compiles the code.
        readAll(kv, keys, threads, time.dividedBy(2));
        long reads = readAll(kv, keys, threads, time);
        System.out.printf(
                "%s, %d threads: %,d a second, %,d ns each%n",
                what, threads, reads / time.toSeconds(), threads * time.toNanos() / reads);
    }

    private static long readAll(Kv kv, List<ByteSequence> keys, int threads, Duration time)
            throws InterruptedException, ExecutionException {
        ExecutorService readers = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Long>> reading = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                reading.add(readers.submit(() -> read(kv, keys, time)));
            }
            long reads = 0;
            for (Future<Long> each : reading) {
                reads += each.get();
            }
            return reads;
        } finally {
            readers.shutdown();
        }
    }

    private static long read(Kv kv, List<ByteSequence> keys, Duration time) {
        long end = System.nanoTime() + time.toNanos();
        long reads = 0;
        while (System.nanoTime() - end < 0) {
            GetResult found = Blocking.await(kv.get(keys.get((int) (reads % KEYS))));
            if (found.count() != 1) {
                throw new IllegalStateException("a key is gone");
            }
            reads++;
        }
        return reads;
    }
}
