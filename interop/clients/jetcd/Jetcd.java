import io.etcd.jetcd.Client;
import io.etcd.jetcd.Election;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.Lease;
import io.etcd.jetcd.Maintenance;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.common.exception.CompactedException;
import io.etcd.jetcd.election.CampaignResponse;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.lock.LockResponse;
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
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Uses jetcd against one server, feature by feature. */
public final class Jetcd {
    /** A client that renews every third of it may stand still for two thirds. */
    private static final int LEASE_SECONDS = 6;

    private final Client client = Features.connect();
    private final KV kv = client.getKVClient();
    private final Lease leases = client.getLeaseClient();

    private Jetcd() {}

    /** Runs every feature. */
    public static void main(String[] arguments) {
        Jetcd program = new Jetcd();
        new Features()
                .add("keys", program::keys)
                .add("txn", program::txn)
                .add("watch", program::watch)
                .add("lease", program::lease)
                .add("lock", program::lock)
                .add("election", program::election)
                .add("maintenance", program::maintenance)
                .run();
    }

    private void keys() throws Exception {
        for (int i = 0; i < 5; i++) {
            Features.answer(kv.put(Features.bytes("keys/" + i), Features.bytes("v" + i)));
        }
        GetResponse page = Features.answer(kv.get(
                Features.bytes("keys/"),
                GetOption.builder()
                        .isPrefix(true)
                        .withLimit(2)
                        .withSortField(GetOption.SortTarget.KEY)
                        .withSortOrder(GetOption.SortOrder.DESCEND)
                        .build()));
        Features.expect("last key", "keys/4", Features.text(page.getKvs().get(0).getKey()));
        Features.expect("count", 5L, page.getCount());
        Features.expect("more", true, page.isMore());
        Features.expect(
                "before",
                "v0",
                Features.text(Features.answer(kv.put(
                                Features.bytes("keys/0"),
                                Features.bytes("new"),
                                PutOption.builder().withPrevKV().build()))
                        .getPrevKv()
                        .getValue()));
        Features.expect(
                "deleted",
                5L,
                Features.answer(kv.delete(
                                Features.bytes("keys/"),
                                DeleteOption.builder().isPrefix(true).build()))
                        .getDeleted());
    }

    private void txn() throws Exception {
        Cmp absent = new Cmp(Features.bytes("txn"), Cmp.Op.EQUAL, CmpTarget.version(0));
        Op put = Op.put(Features.bytes("txn"), Features.bytes("1"), PutOption.DEFAULT);
        Op get = Op.get(Features.bytes("txn"), GetOption.DEFAULT);
        TxnResponse first =
                Features.answer(kv.txn().If(absent).Then(put).Else(get).commit());
        TxnResponse second =
                Features.answer(kv.txn().If(absent).Then(put).Else(get).commit());
        Features.expect("first", true, first.isSucceeded());
        Features.expect("second", false, second.isSucceeded());
        Features.expect(
                "value",
                "1",
                Features.text(second.getGetResponses().get(0).getKvs().get(0).getValue()));
    }

    private void watch() throws Exception {
        long from = Features.answer(kv.put(Features.bytes("watch/a"), Features.bytes("1")))
                .getHeader()
                .getRevision();
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        WatchOption option = WatchOption.builder()
                .isPrefix(true)
                .withRevision(from)
                .withPrevKV(true)
                .build();
        try (Watch.Watcher watcher = client.getWatchClient()
                .watch(Features.bytes("watch/"), option, answer -> answer.getEvents()
                        .forEach(event -> seen.add(event.getEventType().name())))) {
            Features.answer(kv.delete(Features.bytes("watch/a")));
            Features.until("both events", () -> seen.size() == 2);
            Features.expect("events", List.of("PUT", "DELETE"), seen);
        }
        long now = Features.answer(kv.put(Features.bytes("watch/a"), Features.bytes("2")))
                .getHeader()
                .getRevision();
        Features.answer(kv.compact(now));
        AtomicReference<Throwable> refused = new AtomicReference<>();
        try (Watch.Watcher watcher = client.getWatchClient()
                .watch(Features.bytes("watch/"), option, answer -> {}, refused::set)) {
            Features.until("a refusal", () -> refused.get() != null);
            Features.expect(
                    "compacted at", now, ((CompactedException) refused.get()).getCompactedRevision());
        }
    }

    private void lease() throws Exception {
        long id = Features.answer(leases.grant(LEASE_SECONDS)).getID();
        Features.answer(kv.put(
                Features.bytes("lease/k"),
                Features.bytes("v"),
                PutOption.builder().withLeaseId(id).build()));
        AtomicInteger renewals = new AtomicInteger();
        try (CloseableClient renewing =
                leases.keepAlive(id, Observers.observer(answer -> renewals.incrementAndGet()))) {
            Thread.sleep(TimeUnit.SECONDS.toMillis(LEASE_SECONDS + 1));
            Features.expect("while renewed", 1L, Features.answer(kv.get(Features.bytes("lease/k"))).getCount());
        }
        Features.expect("renewed", true, renewals.get() > 0);
        Features.expect(
                "keys",
                1,
                Features.answer(leases.timeToLive(
                                id, LeaseOption.builder().withAttachedKeys().build()))
                        .getKeys()
                        .size());
        Features.until(
                "the lease's end takes its key",
                () -> Features.answer(kv.get(Features.bytes("lease/k"))).getCount() == 0);
    }

    private void lock() throws Exception {
        long one = Features.answer(leases.grant(Features.CALL_LIMIT_SECONDS)).getID();
        long two = Features.answer(leases.grant(Features.CALL_LIMIT_SECONDS)).getID();
        LockResponse first = Features.answer(client.getLockClient().lock(Features.bytes("lock"), one));
        CompletableFuture<LockResponse> second = client.getLockClient().lock(Features.bytes("lock"), two);
        try {
            second.get(500, TimeUnit.MILLISECONDS);
            throw new IllegalStateException("two hold the lock");
        } catch (TimeoutException waits) {
            Features.answer(client.getLockClient().unlock(first.getKey()));
        }
        Features.answer(client.getLockClient().unlock(Features.answer(second).getKey()));
        Features.answer(leases.revoke(one));
        Features.answer(leases.revoke(two));
    }

    private void election() throws Exception {
        Election elections = client.getElectionClient();
        long one = Features.answer(leases.grant(Features.CALL_LIMIT_SECONDS)).getID();
        long two = Features.answer(leases.grant(Features.CALL_LIMIT_SECONDS)).getID();
        CampaignResponse leading =
                Features.answer(elections.campaign(Features.bytes("election"), one, Features.bytes("one")));
        Features.answer(elections.proclaim(leading.getLeader(), Features.bytes("one again")));
        Features.expect(
                "leader",
                "one again",
                Features.text(Features.answer(elections.leader(Features.bytes("election")))
                        .getKv()
                        .getValue()));
        CompletableFuture<CampaignResponse> next =
                elections.campaign(Features.bytes("election"), two, Features.bytes("two"));
        Features.answer(elections.resign(leading.getLeader()));
        Features.answer(elections.resign(Features.answer(next).getLeader()));
        Features.answer(leases.revoke(one));
        Features.answer(leases.revoke(two));
    }

    private void maintenance() throws Exception {
        String endpoint = "http://" + System.getenv("ENDPOINT");
        Maintenance maintenance = client.getMaintenanceClient();
        Features.expect("members", 1, Features.answer(client.getClusterClient().listMember()).getMembers().size());
        Features.expect("size", true, Features.answer(maintenance.statusMember(endpoint)).getDbSize() > 0);
        Features.answer(maintenance.hashKV(endpoint, 0));
        Features.answer(maintenance.defragmentMember(endpoint));
        Features.expect("alarms", 0, Features.answer(maintenance.listAlarms()).getAlarms().size());
        ByteArrayOutputStream snapshot = new ByteArrayOutputStream();
        Features.expect("snapshot", true, Features.answer(maintenance.snapshot(snapshot)) > 0);
    }
}
