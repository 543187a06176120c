package io.leasehold.interop.grpc;

import static io.leasehold.interop.grpc.Calls.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Context;
import io.leasehold.interop.Await;
import io.leasehold.interop.RunningServer;
import io.leasehold.interop.ServerTarget;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.v3electionpb.CampaignRequest;
import io.leasehold.protocol.v3electionpb.CampaignResponse;
import io.leasehold.protocol.v3electionpb.ElectionGrpc;
import io.leasehold.protocol.v3electionpb.LeaderKey;
import io.leasehold.protocol.v3electionpb.LeaderRequest;
import io.leasehold.protocol.v3electionpb.LeaderResponse;
import io.leasehold.protocol.v3electionpb.ProclaimRequest;
import io.leasehold.protocol.v3electionpb.ResignRequest;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Elections that the server keeps: campaign, proclaim, observe, resign. */
final class ElectionCasesIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    @RegisterExtension
    final Calls calls = new Calls(SERVER.endpoint());

    @Test
    void the_winner_is_told_its_key_and_the_revision_that_made_it() {
        long lease = calls.grant(60);

        LeaderKey leader = campaign("plain", lease, "a").getLeader();

        assertThat(leader.getName()).isEqualTo(bytes("plain"));
        assertThat(leader.getKey()).isEqualTo(bytes("plain/" + Long.toHexString(lease)));
        assertThat(leader.getLease()).isEqualTo(lease);
        assertThat(leader.getRev())
                .isEqualTo(calls.get(leader.getKey().toStringUtf8()).getKvs(0).getCreateRevision());
        assertThat(leaderOf("plain").getKv().getValue()).isEqualTo(bytes("a"));
    }

    @Test
    void a_second_campaign_of_a_lease_proclaims() {
        long lease = calls.grant(60);
        LeaderKey first = campaign("twice", lease, "a").getLeader();

        LeaderKey second = campaign("twice", lease, "b").getLeader();

        assertThat(second.getRev()).isEqualTo(first.getRev());
        assertThat(leaderOf("twice").getKv().getValue()).isEqualTo(bytes("b"));
    }

    @Test
    void only_the_leader_proclaims() {
        LeaderKey leader = campaign("speech", calls.grant(60), "a").getLeader();

        proclaim(leader, "b");

        assertThat(leaderOf("speech").getKv().getValue()).isEqualTo(bytes("b"));
        assertThatThrownBy(() ->
                        proclaim(leader.toBuilder().setRev(leader.getRev() - 1).build(), "c"))
                .hasMessageEndingWith("election: not leader");
        assertThat(leaderOf("speech").getKv().getValue()).isEqualTo(bytes("b"));
    }

    @Test
    void without_a_candidate_there_is_no_leader() {
        assertThatThrownBy(() -> leaderOf("empty")).hasMessageEndingWith("election: no leader");
    }

    @Test
    void the_leader_must_be_named() {
        assertThatThrownBy(() -> calls.election().proclaim(ProclaimRequest.getDefaultInstance()))
                .hasMessageEndingWith("\"leader\" field must be provided");
        assertThatThrownBy(() -> calls.election().resign(ResignRequest.getDefaultInstance()))
                .hasMessageEndingWith("\"leader\" field must be provided");
    }

    @Test
    void an_unknown_lease_is_refused() {
        assertThatThrownBy(() -> campaign("unknown", 4711, "a"))
                .hasMessageEndingWith("etcdserver: requested lease not found");
    }

    @Test
    void a_resignation_needs_the_right_revision_and_may_come_twice() {
        LeaderKey leader = campaign("resign", calls.grant(60), "a").getLeader();

        resign(leader.toBuilder().setRev(leader.getRev() - 1).build());
        assertThat(leaderOf("resign").getKv().getValue()).isEqualTo(bytes("a"));

        resign(leader);
        resign(leader);
        assertThatThrownBy(() -> leaderOf("resign")).hasMessageEndingWith("election: no leader");
    }

    @Test
    void the_next_candidate_follows_when_the_leader_goes() throws Exception {
        LeaderKey leader = campaign("next", calls.grant(60), "a").getLeader();
        ListenableFuture<CampaignResponse> second = waiting("next", calls.grant(60), "b");

        resign(leader);

        LeaderKey follower = second.get(20, TimeUnit.SECONDS).getLeader();
        assertThat(follower.getRev()).isGreaterThan(leader.getRev());
        assertThat(leaderOf("next").getKv().getValue()).isEqualTo(bytes("b"));
    }

    @Test
    void who_gives_up_leaves_no_key() {
        campaign("quit", calls.grant(60), "a");
        ListenableFuture<CampaignResponse> second = waiting("quit", calls.grant(60), "b");

        second.cancel(true);

        Await.until("the key to go", LIMIT, () -> keysOf("quit") == 1);
    }

    @Test
    void who_waits_on_a_lease_that_ends_is_not_told_it_won() {
        Assumptions.assumeTrue(ServerTarget.configured() == ServerTarget.LEASEHOLD, "etcd does tell it");
        LeaderKey leader = campaign("lapsed", calls.grant(60), "a").getLeader();
        long lease = calls.grant(60);
        ListenableFuture<CampaignResponse> second = waiting("lapsed", lease, "b");

        calls.revoke(lease);
        resign(leader);

        assertThatThrownBy(() -> second.get(20, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
    }

    @Test
    void observers_see_the_leader_its_words_and_its_successor() throws Exception {
        try (Context.CancellableContext observing = Context.current().withCancellation()) {
            Iterator<LeaderResponse> seen = observing.call(() -> ElectionGrpc.newBlockingStub(calls.channel())
                    .observe(LeaderRequest.newBuilder().setName(bytes("stage")).build()));
            LeaderKey leader = campaign("stage", calls.grant(60), "a").getLeader();
            assertThat(seen.next().getKv().getValue()).isEqualTo(bytes("a"));

            proclaim(leader, "a2");
            LeaderResponse proclaimed = seen.next();
            assertThat(proclaimed.getKv().getValue()).isEqualTo(bytes("a2"));
            assertThat(proclaimed.getHeader().getRevision())
                    .isEqualTo(proclaimed.getKv().getModRevision());

            ListenableFuture<CampaignResponse> successor = waiting("stage", calls.grant(60), "b");
            resign(leader);
            assertThat(seen.next().getKv().getValue()).isEqualTo(bytes("b"));
            assertThat(successor.get(20, TimeUnit.SECONDS).getLeader().getRev()).isGreaterThan(leader.getRev());
        }
    }

    private CampaignResponse campaign(String name, long lease, String value) {
        return calls.election().campaign(request(name, lease, value));
    }

    /** Campaigns against somebody; returns when the candidate's key is there. */
    private ListenableFuture<CampaignResponse> waiting(String name, long lease, String value) {
        long before = keysOf(name);
        ListenableFuture<CampaignResponse> answer =
                ElectionGrpc.newFutureStub(calls.channel()).campaign(request(name, lease, value));
        Await.until("the candidate's key", LIMIT, () -> keysOf(name) == before + 1);
        return answer;
    }

    private void proclaim(LeaderKey leader, String value) {
        calls.election()
                .proclaim(ProclaimRequest.newBuilder()
                        .setLeader(leader)
                        .setValue(bytes(value))
                        .build());
    }

    private void resign(LeaderKey leader) {
        calls.election().resign(ResignRequest.newBuilder().setLeader(leader).build());
    }

    private LeaderResponse leaderOf(String name) {
        return calls.election()
                .leader(LeaderRequest.newBuilder().setName(bytes(name)).build());
    }

    private long keysOf(String name) {
        return calls.kv()
                .range(RangeRequest.newBuilder()
                        .setKey(bytes(name + "/"))
                        .setRangeEnd(bytes(name + "0"))
                        .setCountOnly(true)
                        .build())
                .getCount();
    }

    private static CampaignRequest request(String name, long lease, String value) {
        return CampaignRequest.newBuilder()
                .setName(bytes(name))
                .setLease(lease)
                .setValue(bytes(value))
                .build();
    }
}
