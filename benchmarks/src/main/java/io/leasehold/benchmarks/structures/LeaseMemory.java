package io.leasehold.benchmarks.structures;

import io.leasehold.lease.LeaderlessTime;
import io.leasehold.lease.LeaseDeadlines;
import io.leasehold.lease.LeaseTable;
import io.leasehold.protocol.ByteSequence;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Prints what a lease takes of the heap, structure by structure: {@code LeaseMemory [leases]}. Random ids, one TTL of 60 s;
 * what is reachable behind a collection, so that room for growth counts and garbage does not.
 */
public final class LeaseMemory {
    private static final int LEASES = 1_000_000;
    private static final long TTL_SECONDS = 60;
    private static final int KEY_BYTES = 64;
    /** Collections until the figure stays: finalized and cleared references go with the second. */
    private static final int COLLECTIONS = 3;

    private LeaseMemory() {}

    /** Runs it. */
    public static void main(String[] args) {
        int leases = args.length == 0 ? LEASES : Integer.parseInt(args[0]);
        long[] ids = new SplittableRandom(1)
                .longs(leases + leases / 8L, 1, Long.MAX_VALUE)
                .distinct()
                .limit(leases)
                .toArray();
        long empty = usedBytes();

        LeaseTable table = new LeaseTable();
        for (int i = 0; i < ids.length; i++) {
            table.grant(ids[i], TTL_SECONDS, i + 1, i);
        }
        long withTable = print("LeaseTable", empty, leases);

        LeaseDeadlines grown = new LeaseDeadlines();
        for (int i = 0; i < ids.length; i++) {
            grown.grant(ids[i], i + 1, TTL_SECONDS, i);
        }
        long withGrown = print("LeaseDeadlines, grown lease by lease", withTable, leases);

        LeaseDeadlines promoted = LeaseDeadlines.promoted(table.image(), 0, 0, new LeaderlessTime(0));
        long withPromoted = print("LeaseDeadlines, behind a promotion", withGrown, leases);

        for (int i = 0; i < ids.length; i++) {
            table.attach(ids[i], key(i));
        }
        print("one key of " + KEY_BYTES + " bytes each in LeaseTable, key and all", withPromoted, leases);
        keep(ids, table, grown, promoted);
    }

    private static ByteSequence key(int number) {
        return ByteSequence.wrap(ByteBuffer.allocate(KEY_BYTES).putInt(number).array());
    }

    private static long print(String what, long beforeBytes, int leases) {
        long bytes = usedBytes();
        System.out.printf(Locale.ROOT, "%6.1f bytes a lease: %s%n", (double) (bytes - beforeBytes) / leases, what);
        return bytes;
    }

    private static long usedBytes() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void keep(Object... structures) {
        Arrays.stream(structures).forEach(Reference::reachabilityFence);
    }
}
