package io.leasehold.examples.client;

import static io.leasehold.client.call.Blocking.await;
import static io.leasehold.protocol.ByteSequence.utf8;

import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.Op;
import io.leasehold.client.leasing.LeasingKv;
import io.leasehold.client.leasing.LeasingOptions;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;

/**
 * Counts up a key through a leasing cache, so many times, while others do the same, and reads it many times in between: no
 * read may be behind what this client has seen. {@code LeasingCounter <endpoint> <prefix> <key> <times>}; the key holds a
 * decimal number.
 */
public final class LeasingCounter {
    private static final int READS_IN_BETWEEN = 20;

    private LeasingCounter() {}

    /** Runs it; ends with 1 if a read was stale. */
    public static void main(String[] args) {
        ByteSequence key = utf8(args[2]);
        int times = Integer.parseInt(args[3]);
        LeasingOptions options = LeasingOptions.DEFAULT.acquirePause(Duration.ofMillis(10));
        long seen = 0;
        try (LeaseholdClient client = LeaseholdClient.builder()
                        .endpoints(args[0])
                        .callTimeout(Duration.ofSeconds(30))
                        .build();
                LeasingKv kv = await(client.leasing(utf8(args[1]), options))) {
            System.out.println("ready");
            for (int counted = 0; counted < times; ) {
                for (int i = 0; i < READS_IN_BETWEEN; i++) {
                    seen = newer(seen, number(kv, key));
                }
                boolean done = await(kv.txn()
                                .when(Compare.value(key).equalTo(utf8(Long.toString(seen))))
                                .then(Op.put(key, utf8(Long.toString(seen + 1))))
                                .commit())
                        .succeeded();
                if (done) {
                    seen++;
                    counted++;
                }
            }
            System.out.println("counted " + times + ", " + kv.counts());
        }
    }

    private static long number(LeasingKv kv, ByteSequence key) {
        return Long.parseLong(await(kv.get(key)).first().orElseThrow().value().toUtf8());
    }

    private static long newer(long seen, long read) {
        if (read < seen) {
            System.out.println("stale: read " + read + " after " + seen);
            System.exit(1);
        }
        return read;
    }
}
