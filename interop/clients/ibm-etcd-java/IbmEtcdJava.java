import static com.ibm.etcd.client.KeyUtils.bs;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import com.ibm.etcd.api.DeleteRangeResponse;
import com.ibm.etcd.api.Event;
import com.ibm.etcd.api.LockResponse;
import com.ibm.etcd.api.RangeResponse;
import com.ibm.etcd.api.TxnResponse;
import com.ibm.etcd.client.EtcdClient;
import com.ibm.etcd.client.kv.KvClient;
import com.ibm.etcd.client.kv.KvClient.WatchIterator;
import com.ibm.etcd.client.lease.PersistentLease;
import com.ibm.etcd.client.utils.PersistentLeaseKey;
import com.ibm.etcd.client.utils.RangeCache;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Uses IBM's etcd-java against one server. Prints "ok feature" or "FAIL feature: why" for each; ends with 1 on a
 * failure.
 */
public final class IbmEtcdJava {
    private static final long FEATURE_LIMIT_SECONDS = 120;

    private static final int CALL_LIMIT_SECONDS = 60;

    /** A client that renews in time may stand still for most of it. */
    private static final int LEASE_SECONDS = 6;

    private final EtcdClient client;

    private IbmEtcdJava(EtcdClient client) {
        this.client = client;
    }

    /** Runs every feature against the server that the environment names. */
    public static void main(String[] arguments) throws Exception {
        String host = System.getenv("ENDPOINT_HOST");
        int port = Integer.parseInt(System.getenv("ENDPOINT_PORT"));
        boolean failed = false;
        ExecutorService threads = Executors.newCachedThreadPool();
        try (EtcdClient client = EtcdClient.forEndpoint(host, port).withPlainText().build()) {
            IbmEtcdJava program = new IbmEtcdJava(client);
            Map<String, Feature> features = new LinkedHashMap<>();
            features.put("keys", program::keys);
            features.put("txn", program::txn);
            features.put("watch", program::watch);
            features.put("lease", program::lease);
            features.put("lock", program::lock);
            features.put("cache", program::cache);
            for (Map.Entry<String, Feature> each : features.entrySet()) {
                try {
                    threads.submit(() -> {
                                each.getValue().attempt();
                                return null;
                            })
                            .get(FEATURE_LIMIT_SECONDS, TimeUnit.SECONDS);
                    System.out.println("ok " + each.getKey());
                } catch (Exception problem) {
                    failed = true;
                    System.out.println("FAIL " + each.getKey() + ": " + problem);
                }
            }
        }
        System.exit(failed ? 1 : 0);
    }

    private void keys() {
        KvClient kv = client.getKvClient();
        kv.put(bs("keys/a"), bs("1")).sync();
        kv.put(bs("keys/b"), bs("2")).sync();
        RangeResponse both = kv.get(bs("keys/")).asPrefix().sync();
        expect("count", 2L, both.getCount());
        expect("before", bs("1"), kv.put(bs("keys/a"), bs("3")).prevKv().sync().getPrevKv().getValue());
        DeleteRangeResponse deleted = kv.delete(bs("keys/")).asPrefix().sync();
        expect("deleted", 2L, deleted.getDeleted());
    }

    private void txn() {
        KvClient kv = client.getKvClient();
        TxnResponse first = kv.txnIf()
                .notExists(bs("txn"))
                .then()
                .put(kv.put(bs("txn"), bs("1")).asRequest())
                .sync();
        TxnResponse second = kv.txnIf()
                .notExists(bs("txn"))
                .then()
                .elseDo()
                .get(kv.get(bs("txn")).asRequest())
                .sync();
        expect("first", true, first.getSucceeded());
        expect("second", false, second.getSucceeded());
        expect("value", bs("1"), second.getResponses(0).getResponseRange().getKvs(0).getValue());
    }

    private void watch() {
        KvClient kv = client.getKvClient();
        long revision = kv.put(bs("watch/before"), bs("v")).sync().getHeader().getRevision();
        try (WatchIterator updates =
                kv.watch(bs("watch/")).asPrefix().startRevision(revision).start()) {
            kv.delete(bs("watch/before")).sync();
            List<Event.EventType> seen = new ArrayList<>();
            while (seen.size() < 2) {
                updates.next().getEvents().forEach(event -> seen.add(event.getType()));
            }
            expect("events", List.of(Event.EventType.PUT, Event.EventType.DELETE), seen);
        }
    }

    private void lease() throws Exception {
        KvClient kv = client.getKvClient();
        PersistentLease lease = client.getLeaseClient().maintain().minTtl(LEASE_SECONDS).start();
        long id = lease.get(CALL_LIMIT_SECONDS, TimeUnit.SECONDS);
        kv.put(bs("lease/k"), bs("v"), id).sync();
        Thread.sleep(Duration.ofSeconds(LEASE_SECONDS + 2).toMillis());
        expect("while renewed", 1L, kv.get(bs("lease/k")).sync().getCount());
        expect("keys", 1, client.getLeaseClient().ttl(id, true).get(CALL_LIMIT_SECONDS, TimeUnit.SECONDS).getKeysCount());
        lease.close();
        PersistentLeaseKey key = new PersistentLeaseKey(client, bs("lease/own"), bs("v"), null);
        key.startWithFuture().get(CALL_LIMIT_SECONDS, TimeUnit.SECONDS);
        expect("own key", 1L, kv.get(bs("lease/own")).sync().getCount());
        key.closeWithFuture().get(CALL_LIMIT_SECONDS, TimeUnit.SECONDS);
        expect("own key removed", 0L, kv.get(bs("lease/own")).sync().getCount());
    }

    private void lock() throws Exception {
        // The client locks with a lease of its own, which would get the same lock twice.
        long other = client.getLeaseClient().create(CALL_LIMIT_SECONDS).get(CALL_LIMIT_SECONDS, TimeUnit.SECONDS).getID();
        LockResponse first = client.getLockClient().lock(bs("lock")).sync();
        ListenableFuture<LockResponse> second =
                client.getLockClient().lock(bs("lock")).withLease(other).async();
        try {
            second.get(500, TimeUnit.MILLISECONDS);
            throw new IllegalStateException("two hold the lock");
        } catch (TimeoutException waits) {
            client.getLockClient().unlock(first.getKey()).sync();
        }
        client.getLockClient().unlock(second.get(CALL_LIMIT_SECONDS, TimeUnit.SECONDS).getKey()).sync();
    }

    private void cache() throws Exception {
        KvClient kv = client.getKvClient();
        kv.put(bs("cache/a"), bs("1")).sync();
        try (RangeCache cache = new RangeCache(client, bs("cache/"), false)) {
            cache.start().get(CALL_LIMIT_SECONDS, TimeUnit.SECONDS);
            expect("cached", bs("1"), cache.get(bs("cache/a")).getValue());
            expect("stored", true, cache.put(bs("cache/b"), bs("2"), 0L) != null);
            kv.delete(bs("cache/a")).sync();
            for (int i = 0; cache.get(bs("cache/a")) != null && i < CALL_LIMIT_SECONDS * 20; i++) {
                Thread.sleep(50);
            }
            expect("removed", null, cache.get(bs("cache/a")));
        }
    }

    private static void expect(String what, Object wanted, Object seen) {
        if (!Objects.equals(wanted, seen)) {
            throw new IllegalStateException(what + ": expected " + show(wanted) + ", got " + show(seen));
        }
    }

    private static Object show(Object value) {
        return value instanceof ByteString bytes ? bytes.toStringUtf8() : value;
    }

    /** Something that the client can do. */
    private interface Feature {
        void attempt() throws Exception;
    }
}
