package io.leasehold.benchmarks.structures;

import io.leasehold.lease.LeaseTable;
import io.leasehold.lease.LeaseTableImage;
import io.leasehold.protocol.ByteSequence;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What changes to the replicated lease table cost, at a number of leases that each operation leaves as it was. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx6g", "-XX:+UseSerialGC"})
public class LeaseTableBenchmark {
    private static final long TTL_SECONDS = 60;
    private static final int KEYS = 100_000;

    /** Leases in the table. */
    @Param({"1000", "10000", "100000", "1000000", "10000000"})
    public int leases;

    private final SplittableRandom random = new SplittableRandom(1);
    private final ByteSequence[] keys = new ByteSequence[KEYS];
    private LeaseTable table = new LeaseTable();
    private long next;
    private int nextKey;

    /** Leases 1 to n; the first one holds 100,000 keys. */
    @Setup
    public void fill() {
        table = new LeaseTable();
        for (long id = 1; id <= leases; id++) {
            table.grant(id, TTL_SECONDS, id, 0);
        }
        for (int i = 0; i < KEYS; i++) {
            keys[i] = ByteSequence.utf8("key-" + i);
            table.attach(1, keys[i]);
        }
        next = leases;
    }

    /** A lease comes, and another one that has no keys goes. */
    @Benchmark
    public List<ByteSequence> grantAndRevoke() {
        next++;
        table.grant(next, TTL_SECONDS, next, 0);
        return table.revoke(next - leases + 1);
    }

    /** A lease gets its only key and loses it. */
    @Benchmark
    public int attachAndDetachOnly() {
        long id = 2 + random.nextLong(leases - 1L);
        table.attach(id, keys[0]);
        int count = table.keyCount(id);
        table.detach(id, keys[0]);
        return count;
    }

    /** A lease of 100,000 keys loses one and gets it back. */
    @Benchmark
    public int detachAndAttachOneOfMany() {
        nextKey = (nextKey + 1) % KEYS;
        table.detach(1, keys[nextKey]);
        table.attach(1, keys[nextKey]);
        return table.keyCount(1);
    }

    /** The 100,000 keys of a lease in order: what its end costs the table. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public List<ByteSequence> sortKeysOfOne() {
        return table.keys(1);
    }

    /** A checkpoint of any lease is applied. */
    @Benchmark
    public boolean checkpoint() {
        long id = 2 + random.nextLong(leases - 1L);
        return table.checkpoint(id, granted(id), 1_000, 0);
    }

    /** A clear of any lease is applied. */
    @Benchmark
    public boolean clear() {
        long id = 2 + random.nextLong(leases - 1L);
        return table.clear(id, granted(id));
    }

    /** An image is taken, and any lease is changed behind it: one page is copied. */
    @Benchmark
    public LeaseTableImage imageAndCheckpoint() {
        LeaseTableImage image = table.image();
        checkpoint();
        return image;
    }

    /** A new leader's first entry is applied: every lease is looked at. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public int marker() {
        table.marker(0);
        return table.size();
    }

    /** Any lease is looked up. */
    @Benchmark
    public boolean lookUp() {
        return table.contains(1 + random.nextLong(leases));
    }

    /** Ids and log indices of the grants are the same here. */
    private static long granted(long id) {
        return id;
    }
}
