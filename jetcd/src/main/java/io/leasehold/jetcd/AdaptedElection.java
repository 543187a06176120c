package io.leasehold.jetcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Election;
import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdExceptionFactory;
import io.etcd.jetcd.election.CampaignResponse;
import io.etcd.jetcd.election.LeaderKey;
import io.etcd.jetcd.election.LeaderResponse;
import io.etcd.jetcd.election.ProclaimResponse;
import io.etcd.jetcd.election.ResignResponse;
import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Sort;
import io.leasehold.client.recipes.Leader;
import io.leasehold.client.recipes.LeaderListener;
import io.leasehold.client.recipes.Leadership;
import java.util.concurrent.CompletableFuture;

/** Elections on the keys of the server's election service. Any thread. */
final class AdaptedElection implements Election {
    private final LeaseholdClient client;

    AdaptedElection(LeaseholdClient client) {
        this.client = client;
    }

    private io.leasehold.client.recipes.Election election(ByteSequence name) {
        return client.recipes().election(Messages.own(name));
    }

    @Override
    public CompletableFuture<CampaignResponse> campaign(ByteSequence name, long leaseId, ByteSequence proposal) {
        return Holding.ask(
                leaseId, lease -> election(name).campaign(lease, Messages.own(proposal)), AdaptedElection::elected);
    }

    private static CampaignResponse elected(Leadership leadership) {
        io.leasehold.client.recipes.LeaderKey key = leadership.leaderKey();
        return new CampaignResponse(io.etcd.jetcd.api.CampaignResponse.newBuilder()
                .setHeader(Messages.header(key.token()))
                .setLeader(io.etcd.jetcd.api.LeaderKey.newBuilder()
                        .setName(Messages.wire(key.name()))
                        .setKey(Messages.wire(key.key()))
                        .setRev(key.token())
                        .setLease(key.leaseId()))
                .build());
    }

    private static io.leasehold.client.recipes.LeaderKey own(LeaderKey key) {
        return new io.leasehold.client.recipes.LeaderKey(
                Messages.own(key.getName()), Messages.own(key.getKey()), key.getRevision(), key.getLease());
    }

    @Override
    public CompletableFuture<ProclaimResponse> proclaim(LeaderKey leader, ByteSequence proposal) {
        return Answers.of(
                election(leader.getName()).proclaim(own(leader), Messages.own(proposal)),
                done -> new ProclaimResponse(io.etcd.jetcd.api.ProclaimResponse.getDefaultInstance()));
    }

    @Override
    public CompletableFuture<LeaderResponse> leader(ByteSequence name) {
        GetOptions first = GetOptions.DEFAULT
                .sortedBy(Sort.Target.CREATE_REVISION, Sort.Order.ASCENDING)
                .limit(1);
        KeyRange candidates = KeyRange.prefix(Messages.own(name).concat(io.leasehold.protocol.ByteSequence.utf8("/")));
        return Answers.of(client.kv().get(candidates, first), found -> {
            KeyValue leader = found.first()
                    .orElseThrow(() -> EtcdExceptionFactory.newEtcdException(ErrorCode.UNKNOWN, "election: no leader"));
            return leads(leader);
        });
    }

    private static LeaderResponse leads(KeyValue leader) {
        return new LeaderResponse(
                io.etcd.jetcd.api.LeaderResponse.newBuilder()
                        .setHeader(Messages.header(leader.modRevision()))
                        .setKv(Messages.entry(leader))
                        .build(),
                ByteSequence.EMPTY);
    }

    /**
     * Tells who leads until the client is closed, as jetcd has no handle for this. Of the leader's entry key, value, lease and
     * create revision are told.
     */
    @Override
    public void observe(ByteSequence name, Listener listener) {
        @SuppressWarnings("unused") // Ends with the client.
        AutoCloseable observer = election(name).observe(new LeaderListener() {
            @Override
            public void onLeader(Leader leader) {
                listener.onNext(leads(new KeyValue(
                        leader.key().key(),
                        leader.value(),
                        leader.key().token(),
                        leader.key().token(),
                        1,
                        leader.key().leaseId())));
            }

            @Override
            public void onEnded(String why) {
                listener.onCompleted();
            }
        });
    }

    @Override
    public CompletableFuture<ResignResponse> resign(LeaderKey leader) {
        return Answers.of(
                election(leader.getName()).resign(own(leader)),
                done -> new ResignResponse(io.etcd.jetcd.api.ResignResponse.getDefaultInstance()));
    }
}
