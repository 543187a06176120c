package io.leasehold.examples.client;

import static io.leasehold.client.call.Blocking.await;
import static io.leasehold.protocol.ByteSequence.utf8;

import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.lease.LeaseListener;
import io.leasehold.client.lease.LeaseRenewal;
import io.leasehold.client.lease.LossReason;
import io.leasehold.client.lease.TimeToLive;
import io.leasehold.client.watch.WatchBatch;
import io.leasehold.client.watch.WatchListener;
import io.leasehold.client.watch.WatchOptions;
import io.leasehold.client.watch.Watcher;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What etcd's developer's guide and its overview of leases show with {@code etcdctl}, in Java: each method is one of their
 * passages and answers what the passage shows. The keys begin with a prefix, so that it runs beside others. Takes an
 * endpoint, {@code host:port}.
 */
public final class DeveloperGuide {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LeaseholdClient client;

    /** Uses the client, in whose namespace the keys are. */
    public DeveloperGuide(LeaseholdClient client) {
        this.client = client;
    }

    /** Runs all passages. */
    public static void main(String[] args) throws InterruptedException {
        connect(args[0], System.out);
    }

    /** Connects and runs all passages. */
    public static void connect(String endpoint, PrintStream out) throws InterruptedException {
        try (LeaseholdClient client = LeaseholdClient.builder()
                .endpoints(endpoint)
                .callTimeout(Duration.ofSeconds(30))
                .build()) {
            DeveloperGuide guide = new DeveloperGuide(client.namespaced(utf8("guide/")));
            out.println("past version: " + guide.readPastVersion());
            out.println("watch: " + guide.watchKeyChanges());
            out.println("history: " + guide.watchHistoricalChanges());
            out.println("previous: " + guide.watchWithPreviousValue());
            out.println("progress: " + guide.watchProgress());
            out.println("compacted: " + guide.compactedRevisions());
            out.println("lease workflow: " + guide.leaseWorkflow());
            out.println("revoked: " + guide.revokeLeases());
            out.println("kept alive: " + guide.keepLeasesAlive());
            out.println("information: " + guide.leaseInformation());
            out.println("expired: " + guide.letLeaseExpire());
        }
    }

    /** Read past version of keys: {@code etcdctl get --prefix --rev=3 foo}. */
    public String readPastVersion() {
        await(client.kv().put(utf8("foo"), utf8("bar")));
        long revision =
                await(client.kv().put(utf8("foo1"), utf8("bar1"))).header().revision();
        await(client.kv().put(utf8("foo"), utf8("bar_new")));
        await(client.kv().put(utf8("foo1"), utf8("bar1_new")));

        GetResult past = await(client.kv().get(KeyRange.prefix(utf8("foo")), GetOptions.DEFAULT.atRevision(revision)));

        return String.join(
                " ",
                past.entries().stream().map(entry -> entry.value().toUtf8()).toList());
    }

    /** Watch key changes: {@code etcdctl watch foo}. */
    public String watchKeyChanges() throws InterruptedException {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (Watcher watcher = client.watches().watch(utf8("foo"), batch -> tell(batch, seen))) {
            await(watcher.established());
            await(client.kv().put(utf8("foo"), utf8("watched")));
            return next(seen);
        }
    }

    /** Watch historical changes of keys: {@code etcdctl watch --rev=2 foo}. */
    public String watchHistoricalChanges() throws InterruptedException {
        long since = await(client.kv().put(utf8("history"), utf8("1"))).header().revision();
        await(client.kv().put(utf8("history"), utf8("2")));
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (Watcher watcher = client.watches()
                .watch(
                        KeyRange.single(utf8("history")),
                        WatchOptions.DEFAULT.from(since),
                        batch -> tell(batch, seen))) {
            await(watcher.established());
            return next(seen) + ", " + next(seen);
        }
    }

    /** The last value along with the modified one: {@code etcdctl watch --prev-kv foo}. */
    public String watchWithPreviousValue() throws InterruptedException {
        await(client.kv().put(utf8("previous"), utf8("before")));
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (Watcher watcher = client.watches()
                .watch(KeyRange.single(utf8("previous")), WatchOptions.DEFAULT.withPrevious(), batch -> batch.events()
                        .forEach(event ->
                                seen.add(event.previous().orElseThrow().value().toUtf8()
                                        + " -> "
                                        + event.entry().value().toUtf8())))) {
            await(watcher.established());
            await(client.kv().put(utf8("previous"), utf8("after")));
            return next(seen);
        }
    }

    /** Watch progress: {@code progress} in {@code etcdctl watch -i}. The watch is as new as what was written before. */
    public boolean watchProgress() throws InterruptedException {
        BlockingQueue<Long> revisions = new LinkedBlockingQueue<>();
        WatchListener listener = new WatchListener() {
            @Override
            public void onEvents(WatchBatch batch) {}

            @Override
            public void onProgress(long revision) {
                revisions.add(revision);
            }
        };
        try (Watcher watcher = client.watches().watch(utf8("a"), listener)) {
            await(watcher.established());
            long written = await(client.kv().put(utf8("x"), utf8("0"))).header().revision();
            // A server may leave a request unanswered while the watch is not caught up, so it is asked again.
            for (int asked = 0; asked < PATIENCE.toSeconds(); asked++) {
                watcher.requestProgress();
                Long told = revisions.poll(1, TimeUnit.SECONDS);
                if (told != null && told >= written) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Compacted revisions: {@code etcdctl compact 5}, and what is before is not there any more. */
    public boolean compactedRevisions() {
        long old = await(client.kv().put(utf8("foo"), utf8("old"))).header().revision();
        long revision =
                await(client.kv().put(utf8("foo"), utf8("new"))).header().revision();
        await(client.kv().compact(revision, false));
        try {
            await(client.kv().get(utf8("foo"), GetOptions.DEFAULT.atRevision(old)));
            return false;
        } catch (LeaseholdException compacted) {
            return compacted.is(ErrorCode.COMPACTED);
        }
    }

    /** The overview's workflow: create a lease, attach a key, renew it, revoke it; the key goes with it. */
    public String leaseWorkflow() {
        LeaseGrant lease = await(client.leases().grant(Duration.ofSeconds(10)));
        await(client.kv().put(utf8("key1"), utf8("value1"), PutOptions.DEFAULT.lease(lease.id())));
        LeaseRenewal renewal = await(client.leases().keepAliveOnce(lease.id()));
        long attached = await(client.kv().get(utf8("key1"))).count();
        await(client.leases().revoke(lease.id()));
        long after = await(client.kv().get(utf8("key1"))).count();
        return "renewed for " + renewal.ttl().toSeconds() + " s, keys " + attached + " then " + after;
    }

    /** Grant and revoke leases: {@code etcdctl lease grant 60}, {@code etcdctl lease revoke}. */
    public boolean revokeLeases() {
        LeaseGrant lease = await(client.leases().grant(Duration.ofSeconds(60)));
        await(client.kv().put(utf8("foo"), utf8("bar"), PutOptions.DEFAULT.lease(lease.id())));
        await(client.leases().revoke(lease.id()));
        return await(client.kv().get(utf8("foo"))).entries().isEmpty();
    }

    /** Keep leases alive: {@code etcdctl lease keep-alive}. Ends when it has been renewed. */
    public boolean keepLeasesAlive() throws InterruptedException {
        BlockingQueue<LeaseRenewal> renewals = new LinkedBlockingQueue<>();
        LeaseGrant lease = await(client.leases().grant(Duration.ofSeconds(3)));
        LeaseListener listener = new LeaseListener() {
            @Override
            public void onRenewed(LeaseRenewal renewal) {
                renewals.add(renewal);
            }
        };
        try (KeepAlive kept = client.leases().keepAlive(lease, listener)) {
            boolean renewed = renewals.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS) != null && kept.isValid();
            await(client.leases().revoke(lease.id()));
            return renewed;
        }
    }

    /** Get lease information: what is left of it, and which keys hang on it. */
    public String leaseInformation() {
        LeaseGrant lease = await(client.leases().grant(Duration.ofSeconds(500)));
        await(client.kv().put(utf8("zoo1"), utf8("val1"), PutOptions.DEFAULT.lease(lease.id())));
        await(client.kv().put(utf8("zoo2"), utf8("val2"), PutOptions.DEFAULT.lease(lease.id())));
        TimeToLive left = await(client.leases().timeToLive(lease.id(), true));
        await(client.leases().revoke(lease.id()));
        boolean gone = !await(client.leases().timeToLive(lease.id(), false)).exists();
        return "granted " + left.granted().toSeconds() + " s, keys "
                + left.keys().stream().map(ByteSequence::toUtf8).sorted().toList() + ", gone " + gone;
    }

    /** A lease that nobody renews expires, its key is deleted, and whoever kept it before has been told. */
    public LossReason letLeaseExpire() throws InterruptedException {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        LeaseGrant lease = await(client.leases().grant(Duration.ofSeconds(2)));
        try (Watcher watcher = client.watches().watch(utf8("temporary"), batch -> tell(batch, seen))) {
            await(watcher.established());
            await(client.kv().put(utf8("temporary"), utf8("t"), PutOptions.DEFAULT.lease(lease.id())));
            next(seen);
            next(seen);
        }
        return client.leases()
                .keepAlive(lease.id(), LeaseListener.NONE)
                .lost()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private static void tell(WatchBatch batch, BlockingQueue<String> seen) {
        batch.events()
                .forEach(event ->
                        seen.add(event.type() + " " + event.entry().value().toUtf8()));
    }

    private static <T> T next(BlockingQueue<T> seen) throws InterruptedException {
        T next = seen.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (next == null) {
            throw new IllegalStateException("nothing came within " + PATIENCE);
        }
        return next;
    }
}
