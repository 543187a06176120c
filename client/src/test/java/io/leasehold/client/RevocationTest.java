package io.leasehold.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.lease.LossReason;
import io.leasehold.client.lease.Revocation;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Leases that are kept alive and revoked by the same client, in virtual time. */
final class RevocationTest extends KeptLeases {
    @Test
    void a_late_answer_does_not_bring_back_a_lease_that_was_revoked() {
        LeaseGrant granted = grant(TEN);
        KeepAlive kept = keep(granted);
        leases.silent = true;
        advance(3_400);

        CompletableFuture<Revocation> revoking = client.leases().revoke(granted.id());
        time.settle();
        leases.answer(granted.id(), 10);
        time.settle();

        assertThat(revoking).isCompletedWithValue(Revocation.REVOKED);
        assertThat(log.losses).containsExactly(LossReason.REVOKED);
        assertThat(kept.isValid()).isFalse();
        assertThat(client.leases().counts().unexpected()).isEqualTo(1);
    }

    @Test
    void a_renewal_that_overtakes_the_answer_to_a_revocation_finds_the_lease_revoked() {
        LeaseGrant granted = grant(TEN);
        keep(granted);
        leases.losesRevokeAnswers = true;

        var unused = client.leases().revoke(granted.id());
        advance(3_400);

        assertThat(log.losses).containsExactly(LossReason.REVOKED);
    }

    @Test
    void revoking_what_is_gone_is_no_failure() {
        assertThat(cluster.now(client.leases().revoke(77))).isEqualTo(Revocation.ALREADY_GONE);
    }
}
