package io.leasehold.interop.grpc;

import static io.leasehold.interop.grpc.Calls.bytes;
import static io.leasehold.interop.grpc.Calls.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.leasehold.interop.Await;
import io.leasehold.interop.RunningServer;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrantResponse;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import io.leasehold.protocol.etcdserverpb.LeaseLeasesRequest;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeRequest;
import io.leasehold.protocol.etcdserverpb.LeaseStatus;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveResponse;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import io.leasehold.protocol.mvccpb.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Leases: ids, times, keys, ends, and what happens when two of these meet. Each test has ids and keys of its own. */
final class LeaseCasesIT {
    private static final String NOT_FOUND = "etcdserver: requested lease not found";
    private static final String TOO_LARGE = "etcdserver: too large lease TTL";
    private static final String EXISTS = "etcdserver: lease already exists";
    private static final long TTL_SECONDS_MAX = 9_000_000_000L;

    /** What the defaults raise every shorter TTL to. */
    private static final long TTL_SECONDS_MIN = 2;

    /** etcd looks for expired leases every half second, and a busy machine is late. */
    private static final Duration EXPIRY_LIMIT = Duration.ofSeconds(15);

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    @RegisterExtension
    final Calls calls = new Calls(SERVER.endpoint());

    private LeaseGrantResponse grant(long id, long ttlSeconds) {
        return calls.lease()
                .leaseGrant(LeaseGrantRequest.newBuilder()
                        .setID(id)
                        .setTTL(ttlSeconds)
                        .build());
    }

    private long revoked(long id) {
        return calls.lease()
                .leaseRevoke(LeaseRevokeRequest.newBuilder().setID(id).build())
                .getHeader()
                .getRevision();
    }

    private LeaseTimeToLiveResponse timeToLive(long id, boolean keys) {
        return calls.lease()
                .leaseTimeToLive(LeaseTimeToLiveRequest.newBuilder()
                        .setID(id)
                        .setKeys(keys)
                        .build());
    }

    private long put(String key, long lease) {
        return calls.put(PutRequest.newBuilder().setKey(bytes(key)).setLease(lease));
    }

    private List<Long> leases() {
        return calls.lease().leaseLeases(LeaseLeasesRequest.getDefaultInstance()).getLeasesList().stream()
                .map(LeaseStatus::getID)
                .toList();
    }

    private KeepAlives keepAlives() {
        return new KeepAlives(calls.channel());
    }

    @Test
    void a_short_ttl_is_raised_to_the_minimum() {
        for (long ttl : new long[] {1, 0, -5, Long.MIN_VALUE}) {
            assertThat(grant(0, ttl).getTTL()).as("%d", ttl).isEqualTo(TTL_SECONDS_MIN);
        }
    }

    @Test
    void a_ttl_over_the_cap_is_refused_before_anything_else_is_looked_at() {
        assertThat(grant(1_201, TTL_SECONDS_MAX).getTTL()).isEqualTo(TTL_SECONDS_MAX);

        refused(Status.Code.OUT_OF_RANGE, TOO_LARGE, () -> grant(1_202, TTL_SECONDS_MAX + 1));
        refused(Status.Code.OUT_OF_RANGE, TOO_LARGE, () -> grant(1_201, TTL_SECONDS_MAX + 1));
        assertThat(timeToLive(1_202, false).getGrantedTTL()).isZero();
    }

    @Test
    void a_second_grant_of_an_id_is_refused_and_leaves_the_first_alone() {
        grant(1_301, 100);

        refused(Status.Code.FAILED_PRECONDITION, EXISTS, () -> grant(1_301, 500));

        LeaseTimeToLiveResponse first = timeToLive(1_301, false);
        assertThat(first.getGrantedTTL()).isEqualTo(100);
        assertThat(first.getTTL()).isLessThan(100);
        revoked(1_301);
        assertThat(grant(1_301, 500).getTTL()).isEqualTo(500);
    }

    @Test
    void ids_may_be_negative_down_to_the_least() {
        for (long id : new long[] {-1, Long.MIN_VALUE}) {
            grant(id, 60);
            put("negative", id);
            assertThat(timeToLive(id, true).getKeysList()).containsExactly(bytes("negative"));
            revoked(id);
            assertThat(calls.get("negative").getCount()).isZero();
        }
    }

    @Test
    void ids_chosen_by_the_server_are_positive_and_distinct() {
        List<Long> chosen = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            chosen.add(grant(0, 60).getID());
        }

        assertThat(chosen).doesNotHaveDuplicates().allMatch(id -> id > 0);
        chosen.forEach(this::revoked);
    }

    @Test
    void what_is_not_there_cannot_be_revoked() {
        grant(1_601, 60);
        revoked(1_601);

        for (long id : new long[] {0, 1_602, 1_601}) {
            refused(Status.Code.NOT_FOUND, NOT_FOUND, () -> revoked(id));
        }
    }

    @Test
    void a_revocation_deletes_the_keys_in_order_in_one_revision() {
        grant(1_701, 60);
        WatchSession watch = calls.watch();
        watch.watch("1701-a", 0);
        put("1701-c", 1_701);
        put("1701-a", 1_701);
        long before = put("1701-b", 1_701);

        long revision = revoked(1_701);

        assertThat(revision).isEqualTo(before + 1);
        assertThat(watch.next().getEvents(0).getType()).isEqualTo(Event.EventType.PUT);
        Event gone = watch.next().getEvents(0);
        assertThat(gone.getType()).isEqualTo(Event.EventType.DELETE);
        assertThat(gone.getKv().getModRevision()).isEqualTo(revision);
        WatchSession all = calls.watch();
        all.create(WatchCreateRequest.newBuilder()
                .setKey(bytes("1701-"))
                .setRangeEnd(bytes("1701."))
                .setStartRevision(revision));
        assertThat(all.next().getEventsList())
                .extracting(event -> event.getKv().getKey().toStringUtf8())
                .containsExactly("1701-a", "1701-b", "1701-c");
    }

    @Test
    void a_revocation_without_keys_takes_no_revision() {
        long before = calls.revision();
        grant(1_801, 60);

        assertThat(revoked(1_801)).isEqualTo(before);
    }

    @Test
    void keepalives_are_answered_in_order_whatever_they_ask_for() {
        grant(1_901, 100);
        grant(1_902, 1);
        KeepAlives stream = keepAlives();

        stream.send(1_901, 1_999, 0, 1_902, 1_901);

        List<LeaseKeepAliveResponse> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(stream.next());
        }
        assertThat(answers)
                .extracting(LeaseKeepAliveResponse::getID)
                .containsExactly(1_901L, 1_999L, 0L, 1_902L, 1_901L);
        // The granted TTL, not the one asked for.
        assertThat(answers).extracting(LeaseKeepAliveResponse::getTTL).containsExactly(100L, 0L, 0L, 2L, 100L);
        assertThat(stream.renew(1_901)).isEqualTo(100);
        assertThat(stream.end()).isEqualTo(Status.OK);
    }

    @Test
    void a_half_close_right_after_many_requests_lets_all_be_answered() {
        grant(2_001, 100);
        KeepAlives stream = keepAlives();

        stream.send(LongStream.generate(() -> 2_001).limit(100).toArray());

        assertThat(stream.end()).isEqualTo(Status.OK);
        for (int i = 0; i < 100; i++) {
            assertThat(stream.next().getTTL()).isEqualTo(100);
        }
    }

    @Test
    void two_streams_may_renew_one_lease() {
        grant(2_051, 100);
        KeepAlives one = keepAlives();
        KeepAlives other = keepAlives();
        one.send(2_051, 2_051);
        other.send(2_051, 2_051);

        for (KeepAlives stream : List.of(one, other, one, other)) {
            assertThat(stream.next().getTTL()).isEqualTo(100);
        }
    }

    @Test
    void a_renewal_takes_no_revision_and_its_header_is_older_than_the_deletion() {
        grant(2_101, 100);
        long revision = put("2101", 2_101);
        KeepAlives stream = keepAlives();
        stream.send(2_101);

        assertThat(stream.next().getHeader().getRevision()).isEqualTo(revision);
        assertThat(calls.revision()).isEqualTo(revision);
        assertThat(revoked(2_101)).isGreaterThan(revision);
    }

    @Test
    void time_to_live_of_nothing_is_no_error() {
        LeaseTimeToLiveResponse nothing = timeToLive(2_201, true);

        assertThat(nothing.getID()).isEqualTo(2_201);
        assertThat(nothing.getTTL()).isEqualTo(-1);
        assertThat(nothing.getGrantedTTL()).isZero();
        assertThat(nothing.getKeysCount()).isZero();
    }

    @Test
    void time_to_live_cuts_to_whole_seconds_and_tells_keys_when_asked() {
        grant(2_301, 60);
        put("2301-a", 2_301);
        put("2301-b", 2_301);

        assertThat(timeToLive(2_301, false).getTTL()).isBetween(57L, 59L);
        assertThat(timeToLive(2_301, false).getKeysCount()).isZero();
        assertThat(timeToLive(2_301, true).getKeysList()).containsExactlyInAnyOrder(bytes("2301-a"), bytes("2301-b"));
    }

    @Test
    void leases_are_listed_by_the_time_they_have_left() {
        grant(2_401, 3_000);
        grant(2_402, 1_000);
        grant(2_403, 2_000);

        assertThat(leases()).containsSubsequence(2_402L, 2_403L, 2_401L);
        revoked(2_403);
        assertThat(leases()).doesNotContain(2_403L);
    }

    @Test
    void a_put_without_a_lease_detaches_the_key() {
        grant(2_501, 60);
        put("2501", 2_501);
        put("2501", 0);

        revoked(2_501);

        assertThat(calls.get("2501").getKvs(0).getLease()).isZero();
    }

    @Test
    void a_key_goes_with_the_lease_it_was_put_with_last() {
        grant(2_601, 60);
        grant(2_602, 60);
        put("2601", 2_601);
        put("2601", 2_602);

        revoked(2_601);
        assertThat(calls.get("2601").getKvs(0).getLease()).isEqualTo(2_602);
        revoked(2_602);
        assertThat(calls.get("2601").getCount()).isZero();
    }

    @Test
    void ignore_lease_keeps_it_and_ignore_value_moves_the_key_with_its_value() {
        grant(2_701, 60);
        grant(2_702, 60);
        calls.put(PutRequest.newBuilder()
                .setKey(bytes("2701"))
                .setValue(bytes("v"))
                .setLease(2_701));
        calls.put(PutRequest.newBuilder()
                .setKey(bytes("2701"))
                .setValue(bytes("w"))
                .setIgnoreLease(true));
        assertThat(calls.get("2701").getKvs(0).getLease()).isEqualTo(2_701);
        WatchSession watch = calls.watch();
        watch.watch("2701", 0);

        calls.put(PutRequest.newBuilder().setKey(bytes("2701")).setLease(2_702).setIgnoreValue(true));

        Event moved = watch.next().getEvents(0);
        assertThat(moved.getKv().getValue()).isEqualTo(bytes("w"));
        assertThat(moved.getKv().getLease()).isEqualTo(2_702);
        revoked(2_701);
        assertThat(calls.get("2701").getCount()).isEqualTo(1);
    }

    @Test
    void a_key_deleted_and_put_again_has_no_lease() {
        grant(2_801, 60);
        put("2801", 2_801);
        calls.delete("2801");
        put("2801", 0);

        revoked(2_801);

        assertThat(calls.get("2801").getCount()).isEqualTo(1);
    }

    @Test
    void an_unknown_lease_in_the_branch_taken_refuses_the_whole_txn_and_in_the_other_does_not_matter() {
        RequestOp unknown = RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(bytes("2901-b")).setLease(2_999))
                .build();
        RequestOp plain = Calls.putOp("2901-a", "v");
        long before = calls.revision();

        refused(Status.Code.NOT_FOUND, NOT_FOUND, () -> calls.txn(plain, unknown));
        assertThat(calls.revision()).isEqualTo(before);
        assertThat(calls.get("2901-a").getCount()).isZero();
        assertThat(calls.kv()
                        .txn(TxnRequest.newBuilder()
                                .addSuccess(plain)
                                .addFailure(unknown)
                                .build())
                        .getSucceeded())
                .isTrue();
    }

    @Test
    void an_old_revision_shows_a_lease_that_has_ended() {
        grant(3_001, 60);
        long revision = put("3001", 3_001);
        revoked(3_001);

        assertThat(calls.kv()
                        .range(RangeRequest.newBuilder()
                                .setKey(bytes("3001"))
                                .setRevision(revision)
                                .build())
                        .getKvs(0)
                        .getLease())
                .isEqualTo(3_001);
    }

    @Test
    void a_lease_ends_after_its_ttl_and_never_before() {
        long sentNanos = System.nanoTime();
        grant(3_101, TTL_SECONDS_MIN);
        put("3101", 3_101);

        Await.until("the key is gone", EXPIRY_LIMIT, () -> calls.get("3101").getCount() == 0);

        assertThat(System.nanoTime() - sentNanos).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(TTL_SECONDS_MIN));
        assertThat(timeToLive(3_101, false).getGrantedTTL()).isZero();
        assertThat(keepAlives().renew(3_101)).isZero();
    }

    @Test
    void all_keys_of_a_lease_go_in_one_revision_when_it_expires() {
        grant(3_201, 3);
        for (int i = 0; i < 1_000; i += 100) {
            RequestOp[] puts = new RequestOp[100];
            for (int j = 0; j < puts.length; j++) {
                puts[j] = RequestOp.newBuilder()
                        .setRequestPut(PutRequest.newBuilder()
                                .setKey(bytes("3201-" + (10_000 + i + j)))
                                .setLease(3_201))
                        .build();
            }
            calls.txn(puts);
        }
        WatchSession watch = calls.watch();
        watch.create(WatchCreateRequest.newBuilder().setKey(bytes("3201-")).setRangeEnd(bytes("3201.")));

        List<Event> events = watch.next().getEventsList();

        assertThat(events).hasSize(1_000).allMatch(event -> event.getType() == Event.EventType.DELETE);
        assertThat(events.stream().map(event -> event.getKv().getModRevision()).distinct())
                .hasSize(1);
        assertThat(events.stream().map(event -> event.getKv().getKey().toStringUtf8()))
                .isSorted();
    }

    @Test
    void keepalives_hold_a_lease_for_several_ttls() {
        grant(3_301, TTL_SECONDS_MIN);
        put("3301", 3_301);
        KeepAlives stream = keepAlives();

        for (int third = 0; third < 9; third++) {
            Await.pause(Duration.ofSeconds(TTL_SECONDS_MIN).dividedBy(3));
            assertThat(stream.renew(3_301)).isEqualTo(TTL_SECONDS_MIN);
        }

        assertThat(calls.get("3301").getCount()).isEqualTo(1);
        revoked(3_301);
    }

    @Test
    void a_keepalive_right_after_a_grant_finds_the_lease() {
        KeepAlives stream = keepAlives();
        for (int round = 0; round < 200; round++) {
            long id = grant(0, 60).getID();
            assertThat(stream.renew(id)).isEqualTo(60);
            put("3401", id);
            revoked(id);
        }
    }

    @Test
    void a_put_and_a_revocation_that_meet_leave_no_key_of_a_dead_lease() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (Calls elsewhere = new Calls(SERVER.endpoint())) {
            for (int round = 0; round < 200; round++) {
                long id = grant(0, 60).getID();
                String key = "3601-" + round;
                Future<?> put = other.submit(() -> {
                    elsewhere.put(PutRequest.newBuilder().setKey(bytes(key)).setLease(id));
                });
                revoked(id);
                try {
                    put.get();
                } catch (ExecutionException refusal) {
                    assertThat(refusal).cause().hasMessageContaining(NOT_FOUND);
                }
                assertThat(calls.get(key).getCount()).isZero();
            }
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void after_the_answer_to_a_revocation_no_renewal_succeeds() {
        try (Calls elsewhere = new Calls(SERVER.endpoint())) {
            KeepAlives stream = new KeepAlives(elsewhere.channel());
            for (int round = 0; round < 200; round++) {
                long id = grant(0, 60).getID();
                stream.send(id, id, id);
                revoked(id);
                stream.send(id);
                for (int i = 0; i < 3; i++) {
                    assertThat(stream.next().getTTL()).isIn(0L, 60L);
                }
                assertThat(stream.next().getTTL()).isZero();
            }
        }
    }

    @Test
    void many_leases_that_end_together_do_not_hold_up_others() {
        List<Long> storm = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            storm.add(grant(0, 3).getID());
        }
        grant(3_701, 5);
        KeepAlives stream = keepAlives();

        Await.until("the storm is over", EXPIRY_LIMIT, () -> {
            assertThat(stream.renew(3_701)).isEqualTo(5);
            List<Long> left = leases();
            return storm.stream().noneMatch(left::contains);
        });

        assertThat(timeToLive(3_701, false).getGrantedTTL()).isEqualTo(5);
    }

    @Test
    void an_ended_lease_can_be_told_from_a_late_one_by_its_granted_ttl() {
        grant(3_801, TTL_SECONDS_MIN);
        List<LeaseTimeToLiveResponse> seen = new ArrayList<>();

        Await.until("the lease is gone", EXPIRY_LIMIT, () -> {
            LeaseTimeToLiveResponse now = timeToLive(3_801, false);
            seen.add(now);
            return now.getGrantedTTL() == 0;
        });

        assertThat(seen).allMatch(now -> now.getGrantedTTL() == TTL_SECONDS_MIN || now.getTTL() == -1);
    }
}
