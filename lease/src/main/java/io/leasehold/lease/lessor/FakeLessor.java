package io.leasehold.lease.lessor;

import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A lessor that agrees to everything and does nothing, for tests of code that needs one. Stateless. */
public final class FakeLessor implements Lessor {
    /** What every renewal answers; etcd's fake gives the same. */
    public static final long RENEWED_SECONDS = 10;

    private static final Lease.Owner NOBODY = new Lease.Owner() {
        @Override
        public List<ByteSequence> keys(long id, long incarnation) {
            return List.of();
        }

        @Override
        public Duration remaining(long id, long incarnation) {
            return Lease.FOR_EVER;
        }
    };

    private final ExpiredLeases never = new ExpiredLeases();

    /** A fake. */
    public FakeLessor() {}

    @Override
    public void setRangeDeleter(RangeDeleter rangeDeleter) {}

    @Override
    public Answer<Lease> grant(long id, long ttlSeconds) {
        return new Answer.Done<>(new Lease(id, ttlSeconds, 0, NOBODY));
    }

    @Override
    public Optional<LessorError> revoke(long id) {
        return Optional.empty();
    }

    @Override
    public Optional<LessorError> checkpoint(long id, long remainingSeconds) {
        return Optional.empty();
    }

    @Override
    public void setCheckpointer(LeaseCheckpointer checkpointer) {}

    @Override
    public Optional<LessorError> attach(long id, Collection<LeaseItem> items) {
        return Optional.empty();
    }

    @Override
    public OptionalLong getLease(LeaseItem item) {
        return OptionalLong.empty();
    }

    @Override
    public Optional<LessorError> detach(long id, Collection<LeaseItem> items) {
        return Optional.empty();
    }

    @Override
    public void promote(Duration extend) {}

    @Override
    public void demote() {}

    @Override
    public Answer<Long> renew(long id) {
        return new Answer.Done<>(RENEWED_SECONDS);
    }

    @Override
    public Optional<Lease> lookup(long id) {
        return Optional.empty();
    }

    @Override
    public List<Lease> leases() {
        return List.of();
    }

    @Override
    public ExpiredLeases expiredLeases() {
        return never;
    }

    @Override
    public int tick() {
        return 0;
    }

    @Override
    public void recover(LessorStore store, RangeDeleter rangeDeleter) {}

    @Override
    public void stop() {
        never.close();
    }
}
