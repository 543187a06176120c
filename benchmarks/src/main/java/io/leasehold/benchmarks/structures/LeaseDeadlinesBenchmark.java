package io.leasehold.benchmarks.structures;

import io.leasehold.lease.DueLeases;
import io.leasehold.lease.LeaderlessTime;
import io.leasehold.lease.LeaseDeadlines;
import io.leasehold.lease.LeaseTable;
import io.leasehold.lease.LeaseTableImage;
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

/** What the leader's deadlines cost, at a number of leases that each operation leaves as it was. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx6g", "-XX:+UseSerialGC"})
public class LeaseDeadlinesBenchmark {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long TTL_SECONDS = 60;

    /** Leases there are. */
    @Param({"1000", "10000", "100000", "1000000", "10000000"})
    public int leases;

    private final SplittableRandom random = new SplittableRandom(1);
    private final GrantAgain again = new GrantAgain();
    private LeaseDeadlines deadlines = new LeaseDeadlines();
    private LeaseTableImage image = new LeaseTable().image();
    private long nowNanos;

    /** Leases 1 to n, granted one after the other within one TTL. */
    @Setup
    public void fill() {
        LeaseTable table = new LeaseTable();
        deadlines = new LeaseDeadlines();
        for (long id = 1; id <= leases; id++) {
            long grantedNanos = id * (TTL_SECONDS * NANOS_PER_SECOND / leases);
            table.grant(id, TTL_SECONDS, id, grantedNanos);
            deadlines.grant(id, id, TTL_SECONDS, grantedNanos);
        }
        image = table.image();
        nowNanos = TTL_SECONDS * NANOS_PER_SECOND;
    }

    /** Any lease is renewed; a little time passes, so that nothing runs out. */
    @Benchmark
    public LeaseDeadlines.Renewed renew() {
        nowNanos++;
        return deadlines.renew(1 + random.nextLong(leases), nowNanos);
    }

    /** The lease that is due first is handed over (or its checkpoint is), ends, and is granted again. */
    @Benchmark
    public int pollOne() {
        nowNanos = Math.max(nowNanos, deadlines.nextDueNanos());
        int polled = deadlines.poll(nowNanos, 1, again);
        again.replace();
        return polled;
    }

    /** Any lease is pinned for a renewal that waits, and let go. */
    @Benchmark
    public boolean pinAndUnpin() {
        long id = 1 + random.nextLong(leases);
        deadlines.pin(id, true);
        deadlines.pin(id, false);
        return deadlines.isExpiryProposed(id);
    }

    /** A revoke of any lease is under way, and is refused. */
    @Benchmark
    public long markRevokeAndUnmark() {
        long id = 1 + random.nextLong(leases);
        deadlines.markRevoke(id, true);
        deadlines.markRevoke(id, false);
        return deadlines.nextDueNanos();
    }

    /** A clear of any lease's anchor is proposed and refused. */
    @Benchmark
    public long clearProposedAndRefused() {
        long id = 1 + random.nextLong(leases);
        deadlines.clearProposed(id, id);
        deadlines.clearRefused(id, id);
        return id;
    }

    /** What a keepalive's answer and a question for the time left look up. */
    @Benchmark
    public long remaining() {
        long id = 1 + random.nextLong(leases);
        return deadlines.remainingSeconds(id, nowNanos) + deadlines.ttlSeconds(id);
    }

    /** Any lease ends and is granted again. */
    @Benchmark
    public boolean endAndGrant() {
        long id = 1 + random.nextLong(leases);
        boolean ended = deadlines.end(id, deadlines.grantIndex(id));
        deadlines.grant(id, id, TTL_SECONDS, nowNanos);
        return ended;
    }

    /** A new leader takes over all leases. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public LeaseDeadlines promote() {
        return LeaseDeadlines.promoted(image, nowNanos, 2 * NANOS_PER_SECOND, new LeaderlessTime(0));
    }

    /** Ends what has expired, and puts a new lease in its place. */
    private final class GrantAgain implements DueLeases {
        private long expiredId;
        private long expiredIndex;

        @Override
        public void expired(long id, long grantIndex) {
            expiredId = id;
            expiredIndex = grantIndex;
        }

        @Override
        public void checkpointDue(long id, long grantIndex, long leftMillis) {
            // A checkpoint changes nothing that would have to be put back.
        }

        private void replace() {
            if (expiredId != 0) {
                deadlines.end(expiredId, expiredIndex);
                deadlines.grant(expiredId, expiredIndex, TTL_SECONDS, nowNanos);
                expiredId = 0;
            }
        }
    }
}
