package io.leasehold.faults;

import io.grpc.StatusRuntimeException;
import io.leasehold.faults.cluster.FaultyCluster;
import io.leasehold.faults.cluster.Member;
import io.leasehold.interop.Await;
import io.leasehold.protocol.etcdserverpb.ClusterGrpc;
import io.leasehold.protocol.etcdserverpb.MemberAddRequest;
import io.leasehold.protocol.etcdserverpb.MemberListRequest;
import io.leasehold.protocol.etcdserverpb.MemberPromoteRequest;
import io.leasehold.protocol.etcdserverpb.MemberRemoveRequest;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Exchanges a member while the cluster serves: a learner comes, catches up, is promoted, and another member goes. */
final class Replacement {
    private static final long CALL_LIMIT_SECONDS = 10;

    /** Changes are refused while the cluster is not well, and for five seconds after a start. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final FaultyCluster cluster;
    private final SplittableRandom random;

    Replacement(FaultyCluster cluster, SplittableRandom random) {
        this.cluster = cluster;
        this.random = random;
    }

    /**
     * Does it.
     *
     * @throws AssertionError when a step stays refused for two minutes
     */
    void run() {
        Member leaving = cluster.members().get(random.nextInt(cluster.members().size()));
        long leavingId = retried("id of " + leaving, () -> cluster.id(leaving).orElseThrow());
        Member coming = cluster.prepare();
        retried("learner " + coming, () -> add(coming));
        long comingId = retried("start of " + coming, () -> started(coming));
        retried("promotion of " + coming, () -> promote(comingId));
        retried("removal of " + leaving, () -> remove(leavingId));
        cluster.forget(leaving);
    }

    /** An answer that was lost is told from one that never came by the list of members. */
    private long add(Member coming) {
        boolean there =
                list().stream().anyMatch(member -> member.getPeerURLsList().contains(coming.peerUrl()));
        if (!there) {
            members()
                    .memberAdd(MemberAddRequest.newBuilder()
                            .setIsLearner(true)
                            .addPeerURLs(coming.peerUrl())
                            .build());
        }
        return 0;
    }

    /** As with etcd, a newcomer ends when it reaches none of the others in time. */
    private long started(Member coming) {
        if (!coming.isAlive()) {
            cluster.start(coming, "existing");
        }
        return cluster.id(coming).orElseThrow();
    }

    private long promote(long id) {
        boolean learns = list().stream().anyMatch(member -> member.getID() == id && member.getIsLearner());
        if (learns) {
            members().memberPromote(MemberPromoteRequest.newBuilder().setID(id).build());
        }
        return 0;
    }

    private long remove(long id) {
        if (list().stream().anyMatch(member -> member.getID() == id)) {
            members().memberRemove(MemberRemoveRequest.newBuilder().setID(id).build());
        }
        return 0;
    }

    private List<io.leasehold.protocol.etcdserverpb.Member> list() {
        return members()
                .memberList(MemberListRequest.newBuilder().setLinearizable(true).build())
                .getMembersList();
    }

    private interface Step {
        long take();
    }

    private static long retried(String what, Step step) {
        long[] result = new long[1];
        Await.until(what, PATIENCE, () -> {
            try {
                result[0] = step.take();
                return true;
            } catch (StatusRuntimeException refused) {
                Await.pause(Duration.ofMillis(200));
                throw refused;
            }
        });
        return result[0];
    }

    private ClusterGrpc.ClusterBlockingStub members() {
        List<Member> running =
                cluster.members().stream().filter(Member::isAlive).toList();
        Member any = running.get(random.nextInt(running.size()));
        return ClusterGrpc.newBlockingStub(cluster.channel(any))
                .withDeadlineAfter(CALL_LIMIT_SECONDS, TimeUnit.SECONDS);
    }
}
