package io.leasehold.lease.lessor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.lease.LeaseLimits;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** What a lessor does, one caller at a time. */
final class LessorTest {
    private final LessorRig rig = new LessorRig();
    private final Lessor lessor = rig.lessor;

    @Test
    void a_new_lessor_is_not_primary_and_has_what_the_store_has() {
        rig.store.put(new StoredLease(7, 60, 0));

        Lessor again = Lessor.create(rig.store, 2, () -> 0);

        assertThat(again.leases()).extracting(Lease::id).containsExactly(7L);
        assertThat(again.lookup(7).orElseThrow().remaining()).isEqualTo(Lease.FOR_EVER);
    }

    @Test
    void grant_raises_a_short_ttl_to_the_minimum_and_stores_the_lease() {
        for (long asked : new long[] {1, 0, -5, Long.MIN_VALUE}) {
            long id = 100 - Math.max(asked, -50);

            Lease lease = rig.granted(id, asked);

            assertThat(lease.ttlSeconds()).as("asked for %d", asked).isEqualTo(2);
            assertThat(rig.store.load()).contains(new StoredLease(id, 2, 0));
        }
    }

    @Test
    void grant_with_id_0_is_refused_as_not_found() {
        assertThat(lessor.grant(0, 60)).isEqualTo(new Answer.Refused<Lease>(LessorError.LEASE_NOT_FOUND));
    }

    @Test
    void grant_of_an_id_that_exists_is_refused_and_changes_nothing() {
        lessor.promote(Duration.ZERO);
        Lease first = rig.granted(7, 60);
        rig.advance(Duration.ofSeconds(10));

        Answer<Lease> second = lessor.grant(7, 90);

        assertThat(second).isEqualTo(new Answer.Refused<Lease>(LessorError.LEASE_EXISTS));
        assertThat(first.remaining()).isEqualTo(Duration.ofSeconds(50));
        assertThat(rig.store.load()).containsExactly(new StoredLease(7, 60, 0));
    }

    @Test
    void grant_of_too_long_a_ttl_is_refused_even_if_the_id_exists() {
        rig.granted(7, LeaseLimits.TTL_SECONDS_MAX);

        assertThat(lessor.grant(7, LeaseLimits.TTL_SECONDS_MAX + 1))
                .isEqualTo(new Answer.Refused<Lease>(LessorError.TTL_TOO_LARGE));
    }

    @Test
    void ids_may_be_negative() {
        rig.granted(Long.MIN_VALUE, 60);

        assertThat(lessor.lookup(Long.MIN_VALUE)).isPresent();
        assertThat(lessor.revoke(Long.MIN_VALUE)).isEmpty();
        assertThat(rig.store.load()).isEmpty();
    }

    @Test
    void a_grant_that_cannot_be_stored_leaves_no_lease() {
        Lessor broken = Lessor.create(new RefusingStore(), 2, () -> 0);

        assertThatThrownBy(() -> broken.grant(7, 60)).isInstanceOf(UnsupportedOperationException.class);

        assertThat(broken.lookup(7)).isEmpty();
    }

    @Test
    void revoke_deletes_the_keys_sorted_in_one_transaction_and_then_the_lease() {
        Lease lease = rig.granted(7, 60);
        rig.attach(7, "c", "a", "b");
        rig.onDelete = key -> assertThat(rig.store.load()).hasSize(1);

        assertThat(lessor.revoke(7)).isEmpty();

        assertThat(rig.deletions).containsExactly("a", "b", "c", "end");
        assertThat(lessor.lookup(7)).isEmpty();
        assertThat(rig.store.load()).isEmpty();
        assertThat(lease.keys()).isEmpty();
        assertThat(lease.remaining()).isEqualTo(Duration.ZERO);
        assertThat(lessor.getLease(LeaseItem.of("a"))).isEqualTo(OptionalLong.empty());
    }

    @Test
    void revoke_of_an_unknown_lease_or_twice_is_not_found() {
        rig.granted(7, 60);
        lessor.revoke(7);

        assertThat(lessor.revoke(7)).contains(LessorError.LEASE_NOT_FOUND);
        assertThat(lessor.revoke(0)).contains(LessorError.LEASE_NOT_FOUND);
    }

    @Test
    void revoke_without_a_range_deleter_does_nothing() {
        Lessor bare = Lessor.create(new MemoryLessorStore(), 2, () -> 0);
        bare.grant(7, 60);

        assertThat(bare.revoke(7)).isEmpty();

        assertThat(bare.lookup(7)).isPresent();
    }

    @Test
    void a_deletion_may_call_detach_and_a_lease_being_revoked_takes_no_keys() {
        rig.granted(7, 60);
        rig.attach(7, "a", "b");
        rig.onDelete = key -> {
            assertThat(lessor.detach(7, List.of(new LeaseItem(key)))).isEmpty();
            assertThat(lessor.attach(7, List.of(LeaseItem.of("late")))).contains(LessorError.LEASE_NOT_FOUND);
            assertThat(lessor.revoke(7)).contains(LessorError.LEASE_NOT_FOUND);
            assertThat(lessor.checkpoint(7, 5)).contains(LessorError.LEASE_NOT_FOUND);
        };

        assertThat(lessor.revoke(7)).isEmpty();

        assertThat(rig.deletions).containsExactly("a", "b", "end");
        assertThat(lessor.getLease(LeaseItem.of("late"))).isEmpty();
    }

    @Test
    void a_lease_whose_deletion_failed_goes_on() throws InterruptedException {
        lessor.promote(Duration.ZERO);
        rig.granted(7, 60);
        rig.attach(7, "a");
        rig.onDelete = key -> {
            throw new IllegalStateException("disk");
        };

        assertThatThrownBy(() -> lessor.revoke(7)).hasMessage("disk");

        assertThat(rig.deletions).containsExactly("end");
        assertThat(lessor.renew(7)).isEqualTo(new Answer.Done<>(60L));
        rig.onDelete = key -> {};
        assertThat(lessor.revoke(7)).isEmpty();
    }

    @Test
    void attach_to_an_unknown_lease_is_not_found_and_detach_of_an_unknown_item_is_well() {
        rig.granted(7, 60);

        assertThat(lessor.attach(8, List.of(LeaseItem.of("a")))).contains(LessorError.LEASE_NOT_FOUND);
        assertThat(lessor.detach(8, List.of(LeaseItem.of("a")))).contains(LessorError.LEASE_NOT_FOUND);
        assertThat(lessor.detach(7, List.of(LeaseItem.of("never")))).isEmpty();
    }

    @Test
    void get_lease_tells_the_lease_of_an_item_or_none() {
        rig.granted(7, 60);
        rig.granted(8, 60);
        rig.attach(7, "a");

        rig.attach(8, "a");

        assertThat(lessor.getLease(LeaseItem.of("a"))).hasValue(8);
        lessor.detach(7, List.of(LeaseItem.of("a")));
        assertThat(lessor.getLease(LeaseItem.of("a"))).hasValue(8);
        lessor.revoke(7);
        assertThat(rig.deletions).containsExactly("end");
        lessor.detach(8, List.of(LeaseItem.of("a")));
        assertThat(lessor.getLease(LeaseItem.of("a"))).isEmpty();
    }

    @Test
    void keys_of_a_lease_are_a_snapshot() {
        Lease lease = rig.granted(7, 60);
        rig.attach(7, "b", "a");

        List<ByteSequence> before = lease.keys();
        rig.attach(7, "c");

        assertThat(before).containsExactly(ByteSequence.utf8("a"), ByteSequence.utf8("b"));
        assertThat(lease.keys()).hasSize(3);
    }

    @Test
    void renew_is_for_the_primary_alone() throws InterruptedException {
        rig.granted(7, 60);

        assertThat(lessor.renew(7)).isEqualTo(new Answer.Refused<Long>(LessorError.NOT_PRIMARY));
        lessor.promote(Duration.ZERO);
        assertThat(lessor.renew(7)).isEqualTo(new Answer.Done<>(60L));
        assertThat(lessor.renew(8)).isEqualTo(new Answer.Refused<Long>(LessorError.LEASE_NOT_FOUND));
        assertThat(lessor.renew(0)).isEqualTo(new Answer.Refused<Long>(LessorError.LEASE_NOT_FOUND));
    }

    @Test
    void renew_moves_the_end_to_a_whole_ttl_from_now() throws InterruptedException {
        lessor.promote(Duration.ZERO);
        Lease lease = rig.granted(7, 60);
        rig.advance(Duration.ofSeconds(59));

        lessor.renew(7);

        assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void promote_extends_every_lease_and_again_when_already_primary() {
        Lease lease = rig.granted(7, 20);

        lessor.promote(Duration.ofSeconds(10));
        assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(30));

        rig.advance(Duration.ofSeconds(25));
        lessor.promote(Duration.ofSeconds(10));
        assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void a_promotion_counts_from_the_checkpoint_and_a_renewal_takes_it_back() throws InterruptedException {
        Lease lease = rig.granted(7, 3_600);
        assertThat(lessor.checkpoint(7, 3_000)).isEmpty();
        assertThat(lessor.checkpoint(8, 3_000)).contains(LessorError.LEASE_NOT_FOUND);

        lessor.promote(Duration.ofSeconds(1));

        assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(3_001));
        assertThat(rig.store.load()).containsExactly(new StoredLease(7, 3_600, 3_000));
        assertThat(lessor.renew(7)).isEqualTo(new Answer.Done<>(3_600L));
        assertThat(lease.remaining()).isEqualTo(Duration.ofHours(1));
        assertThat(rig.store.load()).containsExactly(new StoredLease(7, 3_600, 0));
    }

    @Test
    void demote_lets_leases_live_for_ever_and_promote_arms_them_again() {
        lessor.promote(Duration.ZERO);
        Lease lease = rig.granted(7, 2);

        lessor.demote();
        rig.advance(Duration.ofHours(1));

        assertThat(lease.remaining()).isEqualTo(Lease.FOR_EVER);
        assertThat(lessor.tick()).isZero();
        lessor.promote(Duration.ZERO);
        rig.advance(Duration.ofSeconds(2));
        lessor.tick();
        assertThat(rig.takeAll()).containsExactly(List.of(7L));
    }

    @Test
    void lookup_finds_leases_that_have_expired_and_not_those_revoked() {
        lessor.promote(Duration.ZERO);
        rig.granted(7, 2);
        rig.advance(Duration.ofSeconds(5));

        assertThat(lessor.lookup(7).orElseThrow().remaining()).isEqualTo(Duration.ofSeconds(-3));
        lessor.revoke(7);
        assertThat(lessor.lookup(7)).isEmpty();
    }

    @Test
    void leases_of_a_primary_come_in_the_order_of_their_ends() {
        lessor.promote(Duration.ZERO);
        rig.granted(1, 30);
        rig.granted(2, 10);
        rig.granted(3, 20);

        assertThat(lessor.leases()).extracting(Lease::id).containsExactly(2L, 3L, 1L);
    }

    @Test
    void recover_forgets_keys_raises_ttls_and_leaves_the_role() throws InterruptedException {
        lessor.promote(Duration.ZERO);
        Lease before = rig.granted(7, 60);
        rig.attach(7, "a");
        MemoryLessorStore other = new MemoryLessorStore();
        other.put(new StoredLease(7, 1, 0));
        other.put(new StoredLease(-9, 90, 0));

        lessor.recover(other, () -> {
            throw new IllegalStateException("nothing is revoked here");
        });

        Lease recovered = lessor.lookup(7).orElseThrow();
        assertThat(lessor.leases()).extracting(Lease::id).containsExactlyInAnyOrder(7L, -9L);
        assertThat(recovered.ttlSeconds()).isEqualTo(2);
        assertThat(recovered.keys()).isEmpty();
        assertThat(recovered.remaining()).isEqualTo(Lease.FOR_EVER);
        assertThat(before.remaining()).isEqualTo(Duration.ZERO);
        assertThat(lessor.getLease(LeaseItem.of("a"))).isEmpty();
        assertThat(lessor.renew(7)).isEqualTo(new Answer.Done<>(2L));
        assertThat(recovered.remaining()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void a_lease_granted_anew_is_another_lease() {
        Lease first = rig.granted(7, 60);
        lessor.revoke(7);
        rig.granted(7, 60);
        rig.attach(7, "a");

        assertThat(first.keys()).isEmpty();
        assertThat(first.remaining()).isEqualTo(Duration.ZERO);
    }

    @Test
    void only_differences_of_the_ticker_count() {
        LongSupplier farAway = () -> Long.MAX_VALUE;
        Lessor far = Lessor.create(new MemoryLessorStore(), 2, farAway);
        far.promote(Duration.ZERO);

        assertThat(far.grant(7, 60).orElseThrow().remaining()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void memory_of_ended_leases_is_given_back() {
        for (int round = 0; round < 3; round++) {
            for (long id = 1; id <= 10_000; id++) {
                rig.granted(id, 60);
                rig.attach(id, "key-" + id);
            }
            for (long id = 1; id <= 10_000; id++) {
                lessor.revoke(id);
                assertThat(lessor.getLease(LeaseItem.of("key-" + id))).isEmpty();
            }
            assertThat(lessor.leases()).isEmpty();
        }
    }

    @Test
    void the_fake_agrees_to_everything_and_does_nothing() throws InterruptedException {
        FakeLessor fake = new FakeLessor();

        assertThat(fake.grant(7, 60).orElseThrow().id()).isEqualTo(7);
        assertThat(fake.renew(7)).isEqualTo(new Answer.Done<>(FakeLessor.RENEWED_SECONDS));
        assertThat(fake.attach(7, List.of(LeaseItem.of("a")))).isEmpty();
        assertThat(fake.getLease(LeaseItem.of("a"))).isEmpty();
        assertThat(fake.lookup(7)).isEmpty();
        assertThat(fake.leases()).isEmpty();
        assertThat(fake.revoke(7)).isEmpty();
        assertThat(fake.detach(7, List.of(LeaseItem.of("a")))).isEmpty();
        assertThat(fake.checkpoint(7, 1)).isEmpty();
        fake.setRangeDeleter(() -> {
            throw new IllegalStateException("the fake deletes nothing");
        });
        fake.setCheckpointer(checkpoints -> false);
        fake.promote(Duration.ZERO);
        assertThat(fake.tick()).isZero();
        fake.demote();
        fake.recover(new RefusingStore(), () -> {
            throw new IllegalStateException("the fake deletes nothing");
        });
        assertThat(fake.expiredLeases().poll()).isEmpty();
        fake.stop();
        assertThat(fake.expiredLeases().take()).isEmpty();
    }

    @Test
    void errors_have_the_texts_of_etcds_lessor() {
        assertThat(LessorError.values())
                .extracting(LessorError::message)
                .containsExactly(
                        "not a primary lessor", "lease not found", "lease already exists", "too large lease TTL");
        assertThatThrownBy(() -> lessor.grant(0, 1).orElseThrow()).hasMessage("lease not found");
    }

    private static final class RefusingStore implements LessorStore {
        @Override
        public List<StoredLease> load() {
            return List.of();
        }

        @Override
        public void put(StoredLease lease) {
            throw new UnsupportedOperationException("put");
        }

        @Override
        public void remove(long id) {
            throw new UnsupportedOperationException("remove");
        }
    }

    @Test
    void refusals_are_values() {
        Optional<LessorError> refused = lessor.revoke(1);

        assertThat(refused).contains(LessorError.LEASE_NOT_FOUND);
        assertThat(LessorError.LEASE_NOT_FOUND.code().message()).endsWith("lease not found");
    }
}
