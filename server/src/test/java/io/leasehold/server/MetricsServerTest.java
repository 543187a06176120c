package io.leasehold.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.etcdserverpb.ClusterGrpc;
import io.leasehold.protocol.etcdserverpb.CompactionRequest;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.HashKVRequest;
import io.leasehold.protocol.etcdserverpb.HashRequest;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeRequest;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.MemberPromoteRequest;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.protocol.leasehold.v1.GrantLeasesRequest;
import io.leasehold.protocol.leasehold.v1.GrantRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a whole server counts, read as Prometheus reads it. */
@Timeout(60)
class MetricsServerTest {
    private static final ByteString KEY = ByteString.copyFromUtf8("key");
    private static final ByteString VALUE = ByteString.copyFromUtf8("value");

    @TempDir
    Path directory;

    @Test
    void operations_on_keys_are_counted_as_etcd_counts_them() throws Exception {
        try (RunningMember member = new RunningMember(directory)) {
            KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(member.channel);
            Map<String, Double> before = scrape(member);
            PutRequest put = PutRequest.newBuilder().setKey(KEY).setValue(VALUE).build();
            RangeRequest range = RangeRequest.newBuilder().setKey(KEY).build();
            kv.put(put);
            kv.range(range);
            kv.range(range.toBuilder().setSerializable(true).build());
            // One operation is no transaction; two are, also when they only read.
            kv.txn(TxnRequest.newBuilder()
                    .addSuccess(RequestOp.newBuilder().setRequestPut(put))
                    .build());
            kv.txn(TxnRequest.newBuilder()
                    .addSuccess(RequestOp.newBuilder().setRequestPut(put))
                    .addSuccess(RequestOp.newBuilder().setRequestRange(range))
                    .addFailure(RequestOp.newBuilder()
                            .setRequestDeleteRange(
                                    DeleteRangeRequest.newBuilder().setKey(KEY)))
                    .build());
            kv.txn(TxnRequest.newBuilder()
                    .addSuccess(RequestOp.newBuilder().setRequestRange(range))
                    .addSuccess(RequestOp.newBuilder().setRequestRange(range))
                    .build());
            kv.deleteRange(DeleteRangeRequest.newBuilder().setKey(KEY).build());
            kv.deleteRange(DeleteRangeRequest.newBuilder().setKey(KEY).build());

            Map<String, Double> after = scrape(member);

            assertThat(grown("etcd_mvcc_put_total", before, after)).isEqualTo(3);
            assertThat(grown("etcd_mvcc_range_total", before, after)).isEqualTo(5);
            assertThat(grown("etcd_mvcc_delete_total", before, after)).isEqualTo(2);
            assertThat(grown("etcd_mvcc_txn_total", before, after)).isEqualTo(2);
            assertThat(grown("etcd_debugging_mvcc_total_put_size_in_bytes", before, after))
                    .isEqualTo(3 * (KEY.size() + VALUE.size()));
            assertThat(after)
                    .containsEntry("etcd_debugging_mvcc_keys_total", 0.0)
                    .containsEntry("etcd_debugging_mvcc_current_revision", 5.0)
                    .containsEntry("etcd_server_proposals_failed_total", 0.0)
                    .containsEntry("etcd_server_proposals_pending", 0.0);
            assertThat(after.get("etcd_server_proposals_applied_total"))
                    .isEqualTo(after.get("etcd_server_proposals_committed_total"))
                    .isPositive();
            assertThat(after.get("etcd_mvcc_db_total_size_in_bytes")).isPositive();
            assertThat(applied("Put", before, after)).isEqualTo(1);
            assertThat(applied("Txn", before, after)).isEqualTo(2);
            assertThat(applied("DeleteRange", before, after)).isEqualTo(2);
            assertThat(after).containsEntry("etcd_server_heartbeat_send_failures_total", 0.0);
        }
    }

    @Test
    void the_disk_the_log_and_compactions_are_measured() throws Exception {
        try (RunningMember member = new RunningMember(directory)) {
            KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(member.channel);
            MaintenanceGrpc.MaintenanceBlockingStub maintenance = MaintenanceGrpc.newBlockingStub(member.channel);
            Map<String, Double> before = scrape(member);
            for (int i = 0; i < 3; i++) {
                kv.put(PutRequest.newBuilder().setKey(KEY).setValue(VALUE).build());
            }
            // The two older revisions are freed before the answer.
            kv.compact(CompactionRequest.newBuilder()
                    .setRevision(4)
                    .setPhysical(true)
                    .build());
            maintenance.hash(HashRequest.getDefaultInstance());
            maintenance.hashKV(HashKVRequest.getDefaultInstance());

            Map<String, Double> after = scrape(member);

            assertThat(before)
                    .containsEntry("etcd_server_leader_changes_seen_total", 1.0)
                    .containsEntry("etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds_count", 0.0)
                    .containsEntry("etcd_debugging_mvcc_db_compaction_total_duration_milliseconds_count", 0.0)
                    .containsEntry("etcd_server_read_indexes_failed_total", 0.0);
            assertThat(grown("etcd_disk_wal_fsync_duration_seconds_count", before, after))
                    .isGreaterThanOrEqualTo(4);
            assertThat(grown("etcd_disk_wal_fsync_duration_seconds_sum", before, after))
                    .isPositive();
            assertThat(after)
                    .containsKey("etcd_disk_backend_commit_duration_seconds_bucket{le=\"8.192\"}")
                    .containsKey("etcd_disk_wal_fsync_duration_seconds_bucket{le=\"0.001\"}")
                    .containsEntry("etcd_debugging_mvcc_db_compaction_keys_total", 2.0)
                    .containsEntry("etcd_debugging_mvcc_db_compaction_total_duration_milliseconds_count", 1.0)
                    .containsEntry("etcd_mvcc_hash_duration_seconds_count", 1.0)
                    .containsEntry("etcd_mvcc_hash_rev_duration_seconds_count", 1.0);
            assertThat(after.get("etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds_count"))
                    .isPositive();
        }
    }

    @Test
    void ranges_are_timed_and_refused_promotions_counted_with_their_reason() throws Exception {
        try (RunningMember member = new RunningMember(directory)) {
            KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(member.channel);
            ClusterGrpc.ClusterBlockingStub cluster = ClusterGrpc.newBlockingStub(member.channel);
            RangeRequest range = RangeRequest.newBuilder().setKey(KEY).build();
            kv.range(range);
            assertThatThrownBy(
                            () -> kv.range(range.toBuilder().setRevision(1_000).build()))
                    .isInstanceOf(StatusRuntimeException.class);
            assertThatThrownBy(() -> cluster.memberPromote(
                            MemberPromoteRequest.newBuilder().setID(4711).build()))
                    .isInstanceOf(StatusRuntimeException.class);

            assertThat(scrape(member))
                    .containsEntry("etcd_server_range_duration_seconds_count{success=\"true\"}", 1.0)
                    .containsEntry("etcd_server_range_duration_seconds_count{success=\"false\"}", 1.0)
                    .containsEntry("etcd_disk_defrag_inflight", 0.0)
                    .containsEntry("etcd_server_learner_promote_successes", 0.0)
                    .containsEntry(
                            "etcd_server_learner_promote_failures{Reason=\"etcdserver: member not found\"}", 1.0);
        }
    }

    @Test
    void leases_are_counted_from_their_grant_to_their_end() throws Exception {
        try (RunningMember member = new RunningMember(directory)) {
            LeaseGrpc.LeaseBlockingStub leases = LeaseGrpc.newBlockingStub(member.channel);
            for (long id = 1; id <= 3; id++) {
                leases.leaseGrant(
                        LeaseGrantRequest.newBuilder().setID(id).setTTL(60).build());
            }
            io.leasehold.protocol.leasehold.v1.LeaseGrpc.newBlockingStub(member.channel)
                    .grantLeases(GrantLeasesRequest.newBuilder()
                            .addGrants(GrantRequest.newBuilder().setTtlMs(1_000))
                            .build());
            for (String key : new String[] {"a", "b"}) {
                KVGrpc.newBlockingStub(member.channel)
                        .put(PutRequest.newBuilder()
                                .setKey(ByteString.copyFromUtf8(key))
                                .setLease(1)
                                .build());
            }
            renew(member, 2, 99);
            leases.leaseRevoke(LeaseRevokeRequest.newBuilder().setID(1).build());
            while (scrape(member).getOrDefault("etcd_debugging_server_lease_expired_total", 0.0) < 1) {
                Thread.onSpinWait();
            }

            Map<String, Double> now = scrape(member);

            assertThat(now)
                    .containsEntry("etcd_debugging_lease_granted_total", 4.0)
                    .containsEntry("etcd_debugging_lease_revoked_total", 2.0)
                    .containsEntry("etcd_debugging_lease_renewed_total", 1.0)
                    .containsEntry("etcd_debugging_lease_ttl_total_sum", 181.0)
                    .containsEntry("etcd_debugging_lease_ttl_total_count", 4.0)
                    .containsEntry("etcd_debugging_lease_ttl_total_bucket{le=\"1\"}", 1.0)
                    .containsEntry("etcd_debugging_lease_ttl_total_bucket{le=\"32\"}", 1.0)
                    .containsEntry("etcd_debugging_lease_ttl_total_bucket{le=\"64\"}", 4.0)
                    .containsEntry("etcd_debugging_lease_ttl_total_bucket{le=\"8388608\"}", 4.0)
                    .containsEntry("etcd_debugging_server_lease_expired_total", 1.0)
                    .containsEntry("etcd_mvcc_delete_total", 2.0)
                    .containsEntry("etcd_mvcc_txn_total", 1.0)
                    .containsEntry("leasehold_leases", 2.0)
                    .containsEntry("leasehold_lease_renewals_total{result=\"renewed\"}", 1.0)
                    .containsEntry("leasehold_lease_renewals_total{result=\"not_found\"}", 1.0)
                    .containsEntry("leasehold_lease_renewals_total{result=\"failed\"}", 0.0)
                    .containsEntry("leasehold_lease_renewals_waiting", 0.0)
                    .containsEntry("leasehold_lease_expiry_lateness_seconds_count", 1.0)
                    .containsEntry("leasehold_lease_clears_total", 1.0)
                    .containsEntry("leasehold_lease_confirm_renewals_total", 2.0)
                    .containsEntry("leasehold_lease_confirm_batch_renewals_sum", 2.0)
                    .containsEntry("leasehold_lease_proposals_refused_total", 0.0)
                    .containsKey("leasehold_lease_clock_stalls_total")
                    .containsKey("leasehold_lease_checkpoints_total");
            assertThat(now.get("leasehold_lease_confirm_batch_renewals_count"))
                    .isEqualTo(now.get("leasehold_lease_confirm_rounds_total"))
                    .isBetween(1.0, 2.0);
        }
    }

    private static double applied(String operation, Map<String, Double> before, Map<String, Double> after) {
        String name =
                "etcd_server_apply_duration_seconds_count{op=\"" + operation + "\",success=\"true\",version=\"v3\"}";
        return after.getOrDefault(name, 0.0) - before.getOrDefault(name, 0.0);
    }

    private static void renew(RunningMember member, long... ids) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        StreamObserver<LeaseKeepAliveRequest> requests = LeaseGrpc.newStub(member.channel)
                .leaseKeepAlive(new StreamObserver<LeaseKeepAliveResponse>() {
                    @Override
                    public void onNext(LeaseKeepAliveResponse answer) {}

                    @Override
                    public void onError(Throwable failure) {
                        done.countDown();
                    }

                    @Override
                    public void onCompleted() {
                        done.countDown();
                    }
                });
        for (long id : ids) {
            requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(id).build());
        }
        requests.onCompleted();
        done.await();
    }

    private static double grown(String name, Map<String, Double> before, Map<String, Double> after) {
        return after.getOrDefault(name, Double.NaN) - before.getOrDefault(name, Double.NaN);
    }

    /** Values by series. */
    private static Map<String, Double> scrape(RunningMember member) throws Exception {
        URI metrics = URI.create(member.server.addresses().getFirst() + "/metrics");
        String text = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
                .body();
        Map<String, Double> values = new TreeMap<>();
        for (String line : text.lines().toList()) {
            if (!line.startsWith("#")) {
                int space = line.lastIndexOf(' ');
                values.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
            }
        }
        return values;
    }
}
