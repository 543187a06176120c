package io.leasehold.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrantResponse;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import io.leasehold.protocol.etcdserverpb.LeaseLeasesRequest;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeRequest;
import io.leasehold.protocol.etcdserverpb.LeaseStatus;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveResponse;
import io.leasehold.server.rpc.ServedReplica.Answers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LeaseServiceTest {
    @TempDir
    Path directory;

    private ServedReplica served;
    private LeaseGrpc.LeaseBlockingStub leases;

    @BeforeEach
    void serve() throws IOException {
        served = new ServedReplica(directory);
        leases = LeaseGrpc.newBlockingStub(served.channel);
    }

    @AfterEach
    void close() throws IOException {
        served.close();
    }

    @Test
    void a_grant_takes_the_id_asked_for_or_chooses_one() {
        LeaseGrantResponse asked = grant(7, 60);
        LeaseGrantResponse chosen = grant(0, -5);
        LeaseGrantResponse another = grant(0, 60);

        assertThat(asked.getID()).isEqualTo(7);
        assertThat(asked.getTTL()).isEqualTo(60);
        assertThat(asked.getHeader().getRevision()).isEqualTo(1);
        assertThat(chosen.getID()).isPositive();
        assertThat(chosen.getTTL()).isEqualTo(2);
        assertThat(another.getID()).isPositive().isNotEqualTo(chosen.getID());
        KvServiceTest.assertRefused(ErrorCode.LEASE_EXISTS, () -> grant(7, 60));
        KvServiceTest.assertRefused(ErrorCode.LEASE_TTL_TOO_LARGE, () -> grant(7, 9_000_000_001L));
    }

    @Test
    void a_revocation_deletes_the_keys_in_one_revision() {
        grant(7, 60);
        var kv = KVGrpc.newBlockingStub(served.channel);
        kv.put(KvServiceTest.request("a", "1").toBuilder().setLease(7).build());
        kv.put(KvServiceTest.request("b", "1").toBuilder().setLease(7).build());

        assertThat(revoke(7)).isEqualTo(4);
        KvServiceTest.assertRefused(ErrorCode.LEASE_NOT_FOUND, () -> revoke(7));
        KvServiceTest.assertRefused(ErrorCode.LEASE_NOT_FOUND, () -> revoke(0));
    }

    @Test
    void time_to_live_of_an_unknown_lease_is_minus_one_and_no_error() {
        grant(7, 60);
        KVGrpc.newBlockingStub(served.channel)
                .put(KvServiceTest.request("a", "1").toBuilder().setLease(7).build());

        LeaseTimeToLiveResponse known = leases.leaseTimeToLive(
                LeaseTimeToLiveRequest.newBuilder().setID(7).setKeys(true).build());
        LeaseTimeToLiveResponse unknown = leases.leaseTimeToLive(
                LeaseTimeToLiveRequest.newBuilder().setID(8).build());

        assertThat(known.getTTL()).isEqualTo(59);
        assertThat(known.getGrantedTTL()).isEqualTo(60);
        assertThat(known.getKeysList()).containsExactly(KvServiceTest.bytes("a"));
        assertThat(unknown.getTTL()).isEqualTo(-1);
        assertThat(unknown.getGrantedTTL()).isZero();
        assertThat(unknown.getID()).isEqualTo(8);
    }

    @Test
    void all_leases_are_listed() {
        grant(7, 60);
        grant(-3, 60);

        assertThat(leases.leaseLeases(LeaseLeasesRequest.getDefaultInstance()).getLeasesList())
                .extracting(LeaseStatus::getID)
                .containsExactlyInAnyOrder(7L, -3L);
    }

    @Test
    void each_keepalive_is_answered_in_order_and_a_half_close_ends_the_stream_well() {
        grant(7, 60);
        Answers<LeaseKeepAliveResponse> answers = new Answers<>();
        StreamObserver<LeaseKeepAliveRequest> requests = keepAlive(answers);

        for (long id : new long[] {7, 8, 0, 7}) {
            requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(id).build());
        }
        requests.onCompleted();

        assertThat(answers.messages).extracting(LeaseKeepAliveResponse::getID).containsExactly(7L, 8L, 0L, 7L);
        assertThat(answers.messages).extracting(LeaseKeepAliveResponse::getTTL).containsExactly(60L, 0L, 0L, 60L);
        assertThat(answers.messages.getFirst().getHeader().getMemberId()).isEqualTo(LocalReplica.MEMBER_ID);
        assertThat(answers.completed).isTrue();
    }

    @Test
    void an_answer_waits_for_those_before_it() {
        grant(7, 60);
        served.replica.holdRenewals = true;
        Answers<LeaseKeepAliveResponse> answers = new Answers<>();
        StreamObserver<LeaseKeepAliveRequest> requests = keepAlive(answers);
        requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(7).build());
        requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(8).build());
        requests.onCompleted();

        served.replica.heldRenewals.removeLast().run();
        assertThat(answers.messages).isEmpty();
        assertThat(answers.completed).isFalse();

        served.replica.heldRenewals.removeLast().run();
        assertThat(answers.messages).extracting(LeaseKeepAliveResponse::getID).containsExactly(7L, 8L);
        assertThat(answers.completed).isTrue();
    }

    @Test
    void only_so_many_keepalives_are_under_way() {
        served.replica.holdRenewals = true;
        StreamObserver<LeaseKeepAliveRequest> requests = keepAlive(new Answers<>());

        for (int i = 0; i < KeepAliveCall.OUTSTANDING_LIMIT + 50; i++) {
            requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(7).build());
        }
        assertThat(served.replica.heldRenewals).hasSize(KeepAliveCall.OUTSTANDING_LIMIT);

        served.replica.heldRenewals.remove().run();
        assertThat(served.replica.heldRenewals).hasSize(KeepAliveCall.OUTSTANDING_LIMIT);
    }

    @Test
    void a_failed_renewal_ends_the_stream() {
        served.replica.leaderId = 0;
        Answers<LeaseKeepAliveResponse> answers = new Answers<>();
        StreamObserver<LeaseKeepAliveRequest> requests = keepAlive(answers);

        requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(7).build());

        assertThat(Status.fromThrowable(answers.failure).getDescription()).isEqualTo(ErrorCode.NO_LEADER.message());
    }

    @Test
    void chosen_ids_are_positive_and_different_whatever_the_member() {
        LeaseIds negative = new LeaseIds(-1, Long.MAX_VALUE);
        LeaseIds zero = new LeaseIds(0, 0);

        assertThat(List.of(negative.getAsLong(), negative.getAsLong(), zero.getAsLong(), zero.getAsLong()))
                .doesNotHaveDuplicates()
                .allMatch(id -> id > 0);
    }

    private StreamObserver<LeaseKeepAliveRequest> keepAlive(Answers<LeaseKeepAliveResponse> answers) {
        return LeaseGrpc.newStub(served.channel).leaseKeepAlive(answers);
    }

    private LeaseGrantResponse grant(long id, long ttlSeconds) {
        return leases.leaseGrant(
                LeaseGrantRequest.newBuilder().setID(id).setTTL(ttlSeconds).build());
    }

    private long revoke(long id) {
        return leases.leaseRevoke(LeaseRevokeRequest.newBuilder().setID(id).build())
                .getHeader()
                .getRevision();
    }
}
