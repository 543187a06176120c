package io.leasehold.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.Status;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.mvccpb.KeyValue;
import io.leasehold.protocol.v3electionpb.CampaignRequest;
import io.leasehold.protocol.v3electionpb.CampaignResponse;
import io.leasehold.protocol.v3electionpb.ElectionGrpc;
import io.leasehold.protocol.v3electionpb.LeaderKey;
import io.leasehold.protocol.v3electionpb.LeaderRequest;
import io.leasehold.protocol.v3electionpb.LeaderResponse;
import io.leasehold.protocol.v3electionpb.ProclaimRequest;
import io.leasehold.protocol.v3electionpb.ResignRequest;
import io.leasehold.protocol.v3lockpb.LockGrpc;
import io.leasehold.protocol.v3lockpb.LockRequest;
import io.leasehold.protocol.v3lockpb.LockResponse;
import io.leasehold.protocol.v3lockpb.UnlockRequest;
import io.leasehold.server.rpc.ServedReplica.Answers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LockAndElectionTest {
    @TempDir
    Path directory;

    private ServedReplica served;

    @BeforeEach
    void serve() throws IOException {
        served = new ServedReplica(directory);
        for (long lease : new long[] {10, 11, 12, -1}) {
            LeaseGrpc.newBlockingStub(served.channel)
                    .leaseGrant(LeaseGrantRequest.newBuilder()
                            .setID(lease)
                            .setTTL(60)
                            .build());
        }
    }

    @AfterEach
    void close() throws IOException {
        served.close();
    }

    @Test
    void the_key_of_a_lock_is_its_name_and_the_lease_in_hex() {
        Answers<LockResponse> plain = lock("l", 10);
        Answers<LockResponse> nameless = lock("", 11);
        Answers<LockResponse> negative = lock("n", -1);

        assertThat(plain.messages.getFirst().getKey().toStringUtf8()).isEqualTo("l/a");
        assertThat(plain.messages.getFirst().getHeader().getRevision()).isEqualTo(2);
        assertThat(nameless.messages.getFirst().getKey().toStringUtf8()).isEqualTo("/b");
        assertThat(negative.messages.getFirst().getKey().toStringUtf8()).isEqualTo("n/-1");
        assertThat(get("l/a").getLease()).isEqualTo(10);
        assertThat(get("l/a").getValue().isEmpty()).isTrue();
    }

    @Test
    void the_same_lease_locks_again_at_once() {
        lock("l", 10);
        Answers<LockResponse> again = lock("l", 10);

        assertThat(again.messages.getFirst().getKey().toStringUtf8()).isEqualTo("l/a");
        assertThat(again.messages.getFirst().getHeader().getRevision()).isEqualTo(2);
    }

    @Test
    void waiters_get_the_lock_in_the_order_they_came() {
        lock("l", 10);
        Answers<LockResponse> second = lock("l", 11);
        Answers<LockResponse> third = lock("l", 12);
        assertThat(second.messages).isEmpty();

        unlock("l/a");
        assertThat(second.messages).hasSize(1);
        assertThat(second.messages.getFirst().getHeader().getRevision()).isGreaterThanOrEqualTo(5);
        assertThat(third.messages).isEmpty();

        unlock("l/b");
        assertThat(third.messages).hasSize(1);
    }

    @Test
    void without_a_lease_one_is_granted() {
        Answers<LockResponse> locked = lock("l", 0);

        long lease = get(locked.messages.getFirst().getKey().toStringUtf8()).getLease();
        assertThat(locked.messages.getFirst().getKey().toStringUtf8()).isEqualTo("l/" + Long.toHexString(lease));
        assertThat(served.replica.machine.leases().lease(lease))
                .hasValueSatisfying(granted -> assertThat(granted.ttlSeconds()).isEqualTo(60));
    }

    @Test
    void an_unknown_lease_locks_nothing() {
        Answers<LockResponse> refused = lock("l", 99);

        assertThat(Status.fromThrowable(refused.failure).getDescription())
                .isEqualTo(ErrorCode.LEASE_NOT_FOUND.message());
    }

    @Test
    void a_waiter_that_gives_up_leaves_no_key_and_disturbs_nobody() {
        lock("l", 10);
        Context.CancellableContext impatient = Context.current().withCancellation();
        impatient.run(() -> lock("l", 11));
        Answers<LockResponse> third = lock("l", 12);

        impatient.cancel(null);
        served.replica.settle();
        assertThat(count("l/b")).isZero();
        assertThat(third.messages).isEmpty();

        unlock("l/a");
        assertThat(third.messages).hasSize(1);
    }

    @Test
    void a_waiter_learns_at_once_that_its_lease_has_ended() {
        lock("l", 10);
        Answers<LockResponse> waiter = lock("l", 11);

        revoke(11);

        assertThat(Status.fromThrowable(waiter.failure).getDescription()).isEqualTo("mutex: session is expired");
    }

    @Test
    void the_end_of_the_holders_lease_passes_the_lock_on() {
        lock("l", 10);
        Answers<LockResponse> waiter = lock("l", 11);

        revoke(10);

        assertThat(waiter.messages).hasSize(1);
    }

    @Test
    void unlocking_what_is_not_locked_is_no_error_but_an_empty_key_is() {
        unlock("nothing");

        KvServiceTest.assertRefused(ErrorCode.EMPTY_KEY, () -> unlock(""));
    }

    @Test
    void the_first_campaigner_leads_until_it_resigns() {
        Answers<CampaignResponse> first = campaign("e", 10, "one");
        Answers<CampaignResponse> second = campaign("e", 11, "two");
        LeaderKey leader = first.messages.getFirst().getLeader();

        assertThat(leader.getKey().toStringUtf8()).isEqualTo("e/a");
        assertThat(leader.getRev()).isEqualTo(get("e/a").getCreateRevision());
        assertThat(leader.getLease()).isEqualTo(10);
        assertThat(leaderValue("e")).isEqualTo("one");
        assertThat(second.messages).isEmpty();

        resign(leader.toBuilder().setRev(99).build());
        assertThat(leaderValue("e")).as("that was somebody else").isEqualTo("one");
        resign(leader);
        resign(leader);
        served.replica.settle();
        assertThat(second.messages).hasSize(1);
        assertThat(leaderValue("e")).isEqualTo("two");
    }

    @Test
    void a_second_campaign_with_the_same_lease_changes_the_value_only() {
        LeaderKey before = campaign("e", 10, "one").messages.getFirst().getLeader();
        LeaderKey after = campaign("e", 10, "more").messages.getFirst().getLeader();

        assertThat(after).isEqualTo(before);
        assertThat(leaderValue("e")).isEqualTo("more");
    }

    @Test
    void only_the_leader_proclaims() {
        LeaderKey leader = campaign("e", 10, "one").messages.getFirst().getLeader();

        proclaim(leader, "new");
        assertThat(leaderValue("e")).isEqualTo("new");
        LeaderKey stale = leader.toBuilder().setRev(1).build();
        KvServiceTest.assertRefused(ErrorCode.ELECTION_NOT_LEADER, () -> proclaim(stale, "worse"));
        KvServiceTest.assertRefused(
                ErrorCode.ELECTION_LEADER_MISSING, () -> elections().proclaim(ProclaimRequest.getDefaultInstance()));
        KvServiceTest.assertRefused(
                ErrorCode.ELECTION_LEADER_MISSING, () -> elections().resign(ResignRequest.getDefaultInstance()));
        KvServiceTest.assertRefused(ErrorCode.ELECTION_NO_LEADER, () -> leaderValue("other"));
    }

    @Test
    void an_observer_sees_leaders_and_their_values_in_order() {
        Answers<LeaderResponse> observed = new Answers<>();
        ElectionGrpc.newStub(served.channel).observe(request("e"), observed);
        served.replica.settle();
        assertThat(observed.messages).isEmpty();

        LeaderKey first = campaign("e", 10, "one").messages.getFirst().getLeader();
        campaign("e", 11, "two");
        proclaim(first, "one again");
        served.replica.settle();
        resign(first);
        served.replica.settle();

        assertThat(values(observed)).containsExactly("one", "one again", "two");
        Answers<LeaderResponse> late = new Answers<>();
        ElectionGrpc.newStub(served.channel).observe(request("e"), late);
        assertThat(values(late)).containsExactly("two");
    }

    private static List<String> values(Answers<LeaderResponse> observed) {
        return observed.messages.stream()
                .map(response -> response.getKv().getValue().toStringUtf8())
                .toList();
    }

    private Answers<LockResponse> lock(String name, long lease) {
        Answers<LockResponse> answers = new Answers<>();
        LockRequest request = LockRequest.newBuilder()
                .setName(KvServiceTest.bytes(name))
                .setLease(lease)
                .build();
        LockGrpc.newStub(served.channel).lock(request, answers);
        served.replica.settle();
        return answers;
    }

    private void unlock(String key) {
        UnlockRequest request =
                UnlockRequest.newBuilder().setKey(KvServiceTest.bytes(key)).build();
        assertThat(LockGrpc.newBlockingStub(served.channel).unlock(request).hasHeader())
                .isTrue();
        served.replica.settle();
    }

    private void revoke(long lease) {
        LeaseRevokeRequest request =
                LeaseRevokeRequest.newBuilder().setID(lease).build();
        assertThat(LeaseGrpc.newBlockingStub(served.channel)
                        .leaseRevoke(request)
                        .hasHeader())
                .isTrue();
        served.replica.settle();
    }

    private Answers<CampaignResponse> campaign(String name, long lease, String value) {
        Answers<CampaignResponse> answers = new Answers<>();
        CampaignRequest request = CampaignRequest.newBuilder()
                .setName(KvServiceTest.bytes(name))
                .setLease(lease)
                .setValue(KvServiceTest.bytes(value))
                .build();
        ElectionGrpc.newStub(served.channel).campaign(request, answers);
        served.replica.settle();
        return answers;
    }

    private ElectionGrpc.ElectionBlockingStub elections() {
        return ElectionGrpc.newBlockingStub(served.channel);
    }

    private void proclaim(LeaderKey leader, String value) {
        ProclaimRequest request = ProclaimRequest.newBuilder()
                .setLeader(leader)
                .setValue(KvServiceTest.bytes(value))
                .build();
        assertThat(elections().proclaim(request).hasHeader()).isTrue();
    }

    private void resign(LeaderKey leader) {
        assertThat(elections()
                        .resign(ResignRequest.newBuilder().setLeader(leader).build())
                        .hasHeader())
                .isTrue();
    }

    private String leaderValue(String name) {
        return elections().leader(request(name)).getKv().getValue().toStringUtf8();
    }

    private static LeaderRequest request(String name) {
        return LeaderRequest.newBuilder().setName(KvServiceTest.bytes(name)).build();
    }

    private KeyValue get(String key) {
        return KVGrpc.newBlockingStub(served.channel).range(range(key)).getKvs(0);
    }

    private long count(String key) {
        return KVGrpc.newBlockingStub(served.channel).range(range(key)).getCount();
    }

    private static RangeRequest range(String key) {
        return RangeRequest.newBuilder().setKey(KvServiceTest.bytes(key)).build();
    }
}
