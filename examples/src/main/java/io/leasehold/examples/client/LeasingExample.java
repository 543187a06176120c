package io.leasehold.examples.client;

import static io.leasehold.client.call.Blocking.await;
import static io.leasehold.protocol.ByteSequence.utf8;

import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.leasing.LeasingKv;
import io.leasehold.client.leasing.LeasingOptions;
import java.io.PrintStream;
import java.time.Duration;

/**
 * The program of etcd's {@code clientv3/leasing} documentation, with two clients. Takes an endpoint, {@code host:port}.
 */
public final class LeasingExample {
    private LeasingExample() {}

    /** Runs it. */
    public static void main(String[] args) {
        connect(args[0], System.out);
    }

    /** Connects, runs it, and prints what it finds. */
    public static void connect(String endpoint, PrintStream out) {
        try (LeaseholdClient cli = LeaseholdClient.builder()
                .endpoints(endpoint)
                .callTimeout(Duration.ofSeconds(30))
                .build()) {
            run(cli, out);
        }
    }

    private static void run(LeaseholdClient cli, PrintStream out) {
        await(cli.kv().put(utf8("abc"), utf8("123")));

        try (LeasingKv lkv = await(cli.leasing(utf8("leasing-prefix/"), LeasingOptions.DEFAULT));
                LeasingKv lkv2 = await(cli.leasing(utf8("leasing-prefix/"), LeasingOptions.DEFAULT))) {
            GetResult resp = await(lkv.get(utf8("abc")));
            out.println("read " + value(resp));
            out.println(
                    "owned: " + await(cli.kv().get(utf8("leasing-prefix/abc"))).count());

            resp = await(lkv.get(utf8("abc")));
            out.println("read " + value(resp) + ", calls saved: " + lkv.counts().hits());

            await(lkv2.put(utf8("abc"), utf8("456")));
            resp = await(lkv.get(utf8("abc")));
            out.println("read " + value(resp));
        }
    }

    private static String value(GetResult resp) {
        return resp.first().orElseThrow().value().toUtf8();
    }
}
