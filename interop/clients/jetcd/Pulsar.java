import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Lease;
import io.etcd.jetcd.Txn;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.PutResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.LeaseOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.support.CloseableClient;
import io.etcd.jetcd.support.Observers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Makes the calls that Apache Pulsar's metadata store makes: nodes of a tree as keys, versions as guards, several operations
 * of different callers in one transaction, nodes that live as long as a session's lease, one watch over everything.
 */
public final class Pulsar {
    /** The version that stands for "not there". */
    private static final long ABSENT = -1;

    private static final int BATCH = 100;
    private static final int COUNTERS = 4;
    private static final int IDS = 20;

    private final Client client = Features.connect();
    private final KV kv = client.getKVClient();

    private Pulsar() {}

    /** Runs every feature. */
    public static void main(String[] arguments) {
        Pulsar program = new Pulsar();
        new Features()
                .add("keys", program::children)
                .add("txn", program::versions)
                .add("watch", program::notifications)
                .add("lease", program::session)
                .run();
    }

    private static Cmp at(String path, long version) {
        return version == ABSENT
                ? new Cmp(Features.bytes(path), Cmp.Op.EQUAL, CmpTarget.createRevision(0))
                : new Cmp(Features.bytes(path), Cmp.Op.EQUAL, CmpTarget.version(version + 1));
    }

    private static Op putting(String path, String value) {
        return Op.put(Features.bytes(path), Features.bytes(value), PutOption.DEFAULT);
    }

    private boolean put(String path, String value, long version) throws Exception {
        return Features.answer(kv.txn().If(at(path, version)).Then(putting(path, value)).commit())
                .isSucceeded();
    }

    /** A batch of puts in one transaction, then the children of a node, names only. */
    private void children() throws Exception {
        List<Op> puts = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            puts.add(putting("/tenants/t%03d".formatted(i), "x".repeat(1_000)));
        }
        Features.expect(
                "batch",
                true,
                Features.answer(kv.txn().Then(puts.toArray(Op[]::new)).commit()).isSucceeded());
        GetOption names = GetOption.builder()
                .isPrefix(true)
                .withKeysOnly(true)
                .withSortField(GetOption.SortTarget.KEY)
                .withSortOrder(GetOption.SortOrder.ASCEND)
                .build();
        TxnResponse both = Features.answer(kv.txn()
                .Then(Op.get(Features.bytes("/tenants/"), names), Op.get(Features.bytes("/none/"), names))
                .commit());
        List<KeyValue> found = both.getGetResponses().get(0).getKvs();
        Features.expect("children", BATCH, found.size());
        Features.expect("last", "/tenants/t099", Features.text(found.get(BATCH - 1).getKey()));
        Features.expect("value", 0, found.get(0).getValue().size());
        Features.expect("none", 0, both.getGetResponses().get(1).getKvs().size());
    }

    /** Guards by version; a conflict changes nothing. Numbers are drawn by several at once. */
    private void versions() throws Exception {
        Features.expect("made", true, put("/node", "a", ABSENT));
        Features.expect("made twice", false, put("/node", "b", ABSENT));
        Features.expect("changed", true, put("/node", "c", 0));
        Features.expect("changed too late", false, put("/node", "d", 0));
        Txn batch = kv.txn()
                .If(at("/node", 1), at("/other", 7))
                .Then(putting("/other", "x"), Op.delete(Features.bytes("/node"), DeleteOption.DEFAULT));
        Features.expect("a batch with one conflict", false, Features.answer(batch.commit()).isSucceeded());
        GetResponse node = Features.answer(kv.get(Features.bytes("/node")));
        Features.expect("value", "c", Features.text(node.getKvs().get(0).getValue()));
        Features.expect(
                "removed",
                true,
                Features.answer(kv.txn()
                                .If(at("/node", 1))
                                .Then(Op.delete(Features.bytes("/node"), DeleteOption.DEFAULT))
                                .commit())
                        .isSucceeded());
        List<Thread> threads = new ArrayList<>();
        List<Long> drawn = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < COUNTERS; i++) {
            Thread thread = new Thread(() -> draw(drawn));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Features.expect("different ids", (long) COUNTERS * IDS, drawn.stream().distinct().count());
    }

    /** An id is the version that an empty put leaves behind. */
    private void draw(List<Long> drawn) {
        for (int i = 0; i < IDS; i++) {
            PutResponse put = kv.put(
                            Features.bytes("/ids"),
                            ByteSequence.EMPTY,
                            PutOption.builder().withPrevKV().build())
                    .join();
            drawn.add(put.hasPrevKv() ? put.getPrevKv().getVersion() : 0);
        }
    }

    /** One watch sees what becomes of every path, in order, calls sent at once included. */
    private void notifications() throws Exception {
        long from = Features.answer(kv.put(Features.bytes("/n"), ByteSequence.EMPTY))
                        .getHeader()
                        .getRevision()
                + 1;
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        WatchOption everything =
                WatchOption.builder().isPrefix(true).withRevision(from).build();
        try (Watch.Watcher watcher = client.getWatchClient()
                .watch(Features.bytes("/"), everything, answer -> answer.getEvents().forEach(event -> {
                    KeyValue node = event.getKeyValue();
                    String what = event.getEventType().name();
                    seen.add((what.equals("PUT") && node.getVersion() == 1 ? "NEW" : what) + " "
                            + Features.text(node.getKey()));
                }))) {
            List<CompletableFuture<?>> calls = new ArrayList<>();
            List<String> wanted = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                calls.add(kv.put(Features.bytes("/n/" + i), Features.bytes("1")));
            }
            for (CompletableFuture<?> call : calls) {
                Features.answer(call);
            }
            Features.until("all that were made", () -> seen.size() == BATCH);
            Features.expect("made", (long) BATCH, seen.stream().filter(each -> each.startsWith("NEW /n/")).distinct().count());
            for (int i = 0; i < 5; i++) {
                Features.answer(kv.put(Features.bytes("/n/" + i), Features.bytes("2")));
                Features.answer(kv.delete(Features.bytes("/n/" + i)));
                wanted.add("PUT /n/" + i);
                wanted.add("DELETE /n/" + i);
            }
            Features.until("all changes", () -> seen.size() == BATCH + wanted.size());
            Features.expect("changes", wanted, seen.subList(BATCH, seen.size()));
        }
    }

    /** A session is a lease that is renewed; its nodes go with it. */
    private void session() throws Exception {
        Lease leases = client.getLeaseClient();
        long id = Features.answer(leases.grant(Features.CALL_LIMIT_SECONDS)).getID();
        PutOption ephemeral = PutOption.builder().withLeaseId(id).build();
        try (CloseableClient renewing = leases.keepAlive(id, Observers.observer(answer -> {}))) {
            for (int i = 0; i < BATCH; i++) {
                Features.answer(kv.txn()
                        .If(at("/brokers/" + i, ABSENT))
                        .Then(Op.put(Features.bytes("/brokers/" + i), Features.bytes("here"), ephemeral))
                        .commit());
            }
            Features.expect(
                    "granted",
                    (long) Features.CALL_LIMIT_SECONDS,
                    Features.answer(leases.timeToLive(id, LeaseOption.DEFAULT)).getGrantedTTL());
        }
        Features.answer(leases.revoke(id));
        GetResponse left = Features.answer(kv.get(
                Features.bytes("/brokers/"),
                GetOption.builder().isPrefix(true).withCountOnly(true).build()));
        Features.expect("nodes of a session that is over", 0L, left.getCount());
        Features.expect("the lease's time", -1L, Features.answer(leases.timeToLive(id, LeaseOption.DEFAULT)).getTTL());
        Features.refusal(kv.put(Features.bytes("/brokers/0"), Features.bytes("late"), ephemeral));
    }
}
