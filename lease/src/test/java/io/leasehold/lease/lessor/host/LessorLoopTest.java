package io.leasehold.lease.lessor.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.lease.lessor.Lease;
import io.leasehold.lease.lessor.Lessor;
import io.leasehold.lease.lessor.MemoryLessorStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class LessorLoopTest {
    @Test
    void the_loop_hands_over_what_has_expired_and_stops_the_lessor_at_the_end() throws InterruptedException {
        AtomicLong nanos = new AtomicLong();
        Lessor lessor = Lessor.create(new MemoryLessorStore(), 2, nanos::get);
        lessor.promote(Duration.ZERO);
        lessor.grant(7, 2);
        LessorLoop loop = LessorLoop.start(lessor, "test-lessor");

        nanos.set(2_000_000_000L);
        List<Lease> batch = lessor.expiredLeases().take().orElseThrow();
        loop.close();
        loop.close();

        assertThat(batch).extracting(Lease::id).containsExactly(7L);
        assertThat(lessor.expiredLeases().take()).isEmpty();
    }
}
