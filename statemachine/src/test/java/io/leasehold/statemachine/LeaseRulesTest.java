package io.leasehold.statemachine;

import static io.leasehold.statemachine.Machine.b;
import static io.leasehold.statemachine.Machine.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.lease.Anchor;
import io.leasehold.lease.Incarnation;
import io.leasehold.lease.LeaseLimits;
import io.leasehold.lease.LeaseView;
import io.leasehold.lease.Remaining;
import io.leasehold.protocol.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leases as the log sees them (lease.md 2 and 4, lease-time.md rules 1 and 8). */
final class LeaseRulesTest {
    @TempDir
    Path directory;

    private Machine machine;

    @BeforeEach
    void open() throws IOException {
        machine = Machine.open(directory);
    }

    @AfterEach
    void close() throws IOException {
        machine.close();
    }

    private LeaseView lease(long id) {
        return machine.machine.leases().lease(id).orElseThrow();
    }

    @Test
    void a_grant_takes_no_revision_and_is_told_with_its_index_and_time() {
        machine.nowNanos = 17;

        assertThat(machine.apply(new Command.LeaseGrant(5, 60))).isEqualTo(new Outcome.Granted(1, 5, 60));

        assertThat(machine.batch.leaseChanges()).containsExactly(new LeaseChange.Granted(5, 1, 60_000, 17));
        assertThat(lease(5).grantIndex()).isEqualTo(1);
    }

    @Test
    void negative_ids_are_taken_and_a_second_grant_is_refused() {
        machine.grant(Long.MIN_VALUE);

        assertThat(machine.apply(new Command.LeaseGrant(Long.MIN_VALUE, 9))).isEqualTo(refused(ErrorCode.LEASE_EXISTS));
        assertThat(lease(Long.MIN_VALUE).ttlSeconds()).isEqualTo(60);
    }

    @Test
    void too_long_a_ttl_is_refused_even_before_a_duplicate_id() {
        machine.apply(new Command.LeaseGrant(5, LeaseLimits.TTL_SECONDS_MAX));

        assertThat(machine.apply(new Command.LeaseGrant(5, LeaseLimits.TTL_SECONDS_MAX + 1)))
                .isEqualTo(refused(ErrorCode.LEASE_TTL_TOO_LARGE));
        assertThat(lease(5).ttlSeconds()).isEqualTo(LeaseLimits.TTL_SECONDS_MAX);
    }

    @Test
    void a_revoke_deletes_the_keys_sorted_in_one_revision() {
        machine.grant(5);
        machine.put("c", "1", 5);
        machine.put("a", "1", 5);
        machine.put("b", "1", 5);
        machine.put("d", "1");

        assertThat(machine.apply(new Command.LeaseRevoke(5))).isEqualTo(new Outcome.Revoked(6));

        assertThat(machine.events()).containsExactly("-a", "-b", "-c");
        assertThat(machine.content()).containsExactly("d=1");
        assertThat(machine.batch.leaseChanges())
                .containsExactly(new LeaseChange.Ended(new Incarnation(5, 1), LeaseChange.Cause.REVOKED));
    }

    @Test
    void a_revoke_without_keys_takes_no_revision_and_of_an_unknown_lease_is_refused() {
        machine.grant(5);

        assertThat(machine.apply(new Command.LeaseRevoke(5))).isEqualTo(new Outcome.Revoked(1));
        assertThat(machine.apply(new Command.LeaseRevoke(5))).isEqualTo(refused(ErrorCode.LEASE_NOT_FOUND));
        assertThat(machine.apply(new Command.LeaseRevoke(0))).isEqualTo(refused(ErrorCode.LEASE_NOT_FOUND));
    }

    @Test
    void a_key_belongs_to_the_lease_of_its_last_put() {
        machine.grant(5);
        machine.grant(6);
        machine.put("moved", "1", 5);
        machine.put("moved", "2", 6);
        machine.put("freed", "1", 5);
        machine.put("freed", "2");
        machine.put("deleted", "1", 5);
        machine.delete("deleted");
        machine.put("deleted", "2");
        machine.put("stays", "1", 5);
        machine.put("stays", "2", 5);

        assertThat(machine.machine.leases().keys(5)).containsExactly(b("stays"));
        assertThat(machine.machine.leases().keys(6)).containsExactly(b("moved"));
        machine.apply(new Command.LeaseRevoke(5));
        assertThat(machine.content()).containsExactly("deleted=2", "freed=2", "moved=2");
    }

    @Test
    void expiry_takes_one_revision_per_lease() {
        machine.grant(5);
        machine.grant(6);
        machine.put("b", "1", 5);
        machine.put("a", "1", 5);
        machine.put("c", "1", 6);

        assertThat(machine.expire(5, 6)).isEqualTo(new Outcome.Noted(6));

        assertThat(machine.events()).containsExactly("-a", "-b", "-c");
        assertThat(machine.batch.events())
                .extracting(event -> event.record().modRevision())
                .containsExactly(5L, 5L, 6L);
        assertThat(machine.batch.leaseChanges())
                .containsExactly(
                        new LeaseChange.Ended(new Incarnation(5, 1), LeaseChange.Cause.EXPIRED),
                        new LeaseChange.Ended(new Incarnation(6, 2), LeaseChange.Cause.EXPIRED));
    }

    @Test
    void one_expiry_deletes_some_keys_and_leaves_the_leases_behind_them_alone() {
        for (long id = 5; id <= 7; id++) {
            machine.grant(id);
            for (int key = 0; key < LeaseChanges.EXPIRED_KEYS_LIMIT / 2; key++) {
                machine.put("k" + id + "-" + key, "1", id);
            }
        }

        machine.expire(5, 6, 7);

        assertThat(machine.batch.events()).hasSize(LeaseChanges.EXPIRED_KEYS_LIMIT);
        assertThat(machine.machine.leases().contains(7)).isTrue();
        assertThat(machine.machine.leases().size()).isEqualTo(1);
    }

    @Test
    void a_lease_with_more_keys_than_that_ends_alone_and_in_one_revision() {
        machine.grant(5);
        machine.grant(6);
        for (int key = 0; key <= LeaseChanges.EXPIRED_KEYS_LIMIT; key++) {
            machine.put("k" + key, "1", 5);
        }
        machine.put("other", "1", 6);
        long revision = machine.revision();

        machine.expire(5, 6);

        assertThat(machine.revision()).isEqualTo(revision + 1);
        assertThat(machine.content()).containsExactly("other=1");
    }

    @Test
    void a_decision_of_another_term_is_dropped_whole() {
        machine.grant(5);
        machine.put("a", "1", 5);
        machine.term = 2;
        List<Incarnation> leases = List.of(new Incarnation(5, 1));

        assertThat(machine.apply(new Command.LeaseExpire(1, leases))).isEqualTo(new Outcome.Fenced(2));
        assertThat(machine.apply(new Command.LeaseClear(1, leases))).isEqualTo(new Outcome.Fenced(2));
        assertThat(machine.apply(new Command.LeaseCheckpoint(1, List.of(new Remaining(5, 1, 9)))))
                .isEqualTo(new Outcome.Fenced(2));
        assertThat(machine.apply(new Command.LeaderMarker(1, 7))).isEqualTo(new Outcome.Fenced(2));

        assertThat(machine.batch.leaseChanges()).isEmpty();
        assertThat(lease(5).anchor()).isEqualTo(new Anchor(Anchor.Kind.GRANT, 60_000, false));
        assertThat(machine.content()).containsExactly("a=1");
    }

    @Test
    void another_incarnation_of_the_id_is_skipped_and_the_others_are_not() {
        machine.grant(5);
        machine.apply(new Command.LeaseRevoke(5));
        machine.grant(5);
        machine.grant(6);
        List<Incarnation> leases = List.of(new Incarnation(5, 1), new Incarnation(8, 1), new Incarnation(6, 4));

        machine.apply(new Command.LeaseCheckpoint(1, List.of(new Remaining(5, 1, 9), new Remaining(6, 4, 9))));
        assertThat(machine.batch.leaseChanges()).containsExactly(new LeaseChange.Checkpointed(6, 4, 9, 0));
        machine.apply(new Command.LeaseClear(1, leases));
        assertThat(machine.batch.leaseChanges()).containsExactly(new LeaseChange.Cleared(6, 4));
        machine.apply(new Command.LeaseExpire(1, leases));
        assertThat(machine.batch.leaseChanges())
                .containsExactly(new LeaseChange.Ended(new Incarnation(6, 4), LeaseChange.Cause.EXPIRED));
        assertThat(lease(5).anchor()).isEqualTo(new Anchor(Anchor.Kind.GRANT, 60_000, false));
    }

    @Test
    void a_marker_anchors_only_what_is_cleared() {
        machine.grant(5);
        machine.grant(6);
        machine.apply(new Command.LeaseClear(1, List.of(new Incarnation(5, 1))));
        machine.term = 2;
        machine.nowNanos = 33;

        assertThat(machine.apply(new Command.LeaderMarker(2, 7))).isEqualTo(new Outcome.Noted(1));

        assertThat(lease(5).anchor()).isEqualTo(new Anchor(Anchor.Kind.MARKER, 60_000, false));
        assertThat(lease(5).anchorNanos()).isEqualTo(33);
        assertThat(lease(6).anchor()).isEqualTo(new Anchor(Anchor.Kind.GRANT, 60_000, false));
        assertThat(machine.batch.leaseChanges()).containsExactly(new LeaseChange.Marked(2, 7, 4, 33));
    }

    @Test
    void an_old_revision_shows_the_lease_of_its_time() {
        machine.grant(5);
        machine.put("a", "1", 5);
        machine.apply(new Command.LeaseRevoke(5));

        assertThat(machine.machine.snapshot().get(b("a"), 2).orElseThrow().leaseId())
                .isEqualTo(5);
    }
}
