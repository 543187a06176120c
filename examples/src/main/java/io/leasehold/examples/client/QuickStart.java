package io.leasehold.examples.client;

import static io.leasehold.client.call.Blocking.await;
import static io.leasehold.protocol.ByteSequence.utf8;

import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.kv.TxnResult;
import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.lease.LeaseListener;
import io.leasehold.client.lease.LossReason;
import io.leasehold.client.mirror.Mirror;
import io.leasehold.client.mirror.MirrorOptions;
import io.leasehold.client.session.Session;
import io.leasehold.client.session.SessionOptions;
import io.leasehold.client.watch.WatchBatch;
import io.leasehold.client.watch.WatchOptions;
import io.leasehold.client.watch.Watcher;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** What docs/client.md shows, passage by passage. Takes an endpoint, {@code host:port}. */
public final class QuickStart {
    private final LeaseholdClient client;
    private final PrintStream out;

    /** Uses the client, and prints what it finds. */
    public QuickStart(LeaseholdClient client, PrintStream out) {
        this.client = client;
        this.out = out;
    }

    /** Runs all passages. */
    public static void main(String[] args) {
        connect(args[0], System.out);
    }

    /** Connects and runs all passages. */
    public static void connect(String endpoint, PrintStream out) {
        try (LeaseholdClient client = LeaseholdClient.builder()
                .endpoints(endpoint)
                .callTimeout(Duration.ofSeconds(5))
                .build()) {
            new QuickStart(client, out).run();
        }
    }

    private void run() {
        putAndGet();
        transaction();
        walk();
        pastRevision();
        watch();
        subscribe();
        lease();
        session();
        mirror();
    }

    void putAndGet() {
        await(client.kv().put(utf8("greeting"), utf8("hello")));
        GetResult result = await(client.kv().get(utf8("greeting")));
        result.first().ifPresent(entry -> out.println(entry.value().toUtf8()));

        CompletableFuture<GetResult> later = client.kv().get(utf8("greeting"));
        var printed = later.thenAccept(found -> out.println(found.header().revision()));
        printed.join();
    }

    void transaction() {
        TxnResult result = await(client.kv()
                .txn()
                .when(Compare.absent(utf8("owner")))
                .then(Op.put(utf8("owner"), utf8("me")))
                .otherwise(Op.get(utf8("owner")))
                .commit());
        out.println(result.succeeded() ? "mine now" : "is " + result.get(0).first());
    }

    void walk() {
        for (KeyValue entry : client.kv().pages(KeyRange.prefix(utf8("users/")), GetOptions.DEFAULT, 500)) {
            out.println(entry.key());
        }
    }

    void pastRevision() {
        long before = await(client.kv().put(utf8("config"), utf8("1"))).header().revision();
        await(client.kv().put(utf8("config"), utf8("2")));
        GetResult old = await(client.kv().get(utf8("config"), GetOptions.DEFAULT.atRevision(before)));
        out.println(old.first().orElseThrow().value().toUtf8());
    }

    void watch() {
        Watcher watcher = client.watches()
                .watch(KeyRange.prefix(utf8("jobs/")), WatchOptions.DEFAULT, batch -> batch.events()
                        .forEach(event ->
                                out.println(event.type() + " " + event.entry().key())));
        await(watcher.established());
        await(client.kv().put(utf8("jobs/1"), utf8("ready")));
        watcher.close();
    }

    void subscribe() {
        long put = await(client.kv().put(utf8("published"), utf8("1"))).header().revision();
        CompletableFuture<Long> first = new CompletableFuture<>();
        client.watches()
                .publisher(KeyRange.single(utf8("published")), WatchOptions.DEFAULT.from(put))
                .subscribe(new Flow.Subscriber<>() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                        subscription.request(1);
                    }

                    @Override
                    public void onNext(WatchBatch batch) {
                        first.complete(batch.revision());
                    }

                    @Override
                    public void onError(Throwable failed) {
                        first.completeExceptionally(failed);
                    }

                    @Override
                    public void onComplete() {
                        out.println("the client is closed");
                    }
                });
        out.println("published: " + (first.join() == put));
    }

    void lease() {
        LeaseGrant grant = await(client.leases().grant(Duration.ofSeconds(10)));
        KeepAlive lease = client.leases().keepAlive(grant, new LeaseListener() {
            @Override
            public void onLost(long leaseId, LossReason reason) {
                out.println("lost: " + reason);
            }
        });
        await(client.kv().put(utf8("alive"), utf8("yes"), PutOptions.DEFAULT.lease(grant.id())));
        if (lease.validFor().compareTo(Duration.ofSeconds(1)) > 0) {
            out.println("the lease is mine for a second at least");
        }
        await(client.leases().revoke(grant.id()));
    }

    void session() {
        try (Session session = await(client.sessions()
                .open(SessionOptions.DEFAULT.ttl(Duration.ofSeconds(10)).regranting()))) {
            await(session.attach(utf8("members/me"), utf8("10.0.0.7:80")));
            out.println(session.isValid());
        }
    }

    void mirror() {
        MirrorOptions options =
                MirrorOptions.of(utf8("members/")).to(utf8("copy/")).resumable(utf8("copied"));
        try (Mirror mirror = client.mirror(client, options)) {
            out.println("copied up to " + await(mirror.copied()));
        }
    }
}
