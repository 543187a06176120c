package io.leasehold.client.internal.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The wheel beside a map that keeps the earliest time each lease was asked for. */
final class LeaseWheelTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long FAR = 100 * SECOND;
    private static final int STEPS = 3_000;
    private static final int LEASES = 40;

    private long now = 77 * SECOND;
    private final LeaseWheel wheel = new LeaseWheel(now);
    private final List<KeptLease> looks = new ArrayList<>();

    /** What is further off than the wheel reaches is looked at on the way. */
    private final Set<KeptLease> far = new HashSet<>();

    static LongStream seeds() {
        long fresh = new Random().nextLong();
        return LongStream.of(1, 2, 3, fresh);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void every_lease_is_looked_at_when_it_was_asked_for_or_a_slot_earlier(long seed) {
        Random random = new Random(seed);
        List<KeptLease> leases =
                LongStream.range(0, LEASES).mapToObj(KeptLease::new).toList();
        Map<KeptLease, Long> asked = new HashMap<>();

        for (int step = 0; step < STEPS; step++) {
            KeptLease lease = leases.get(random.nextInt(LEASES));
            switch (random.nextInt(4)) {
                case 0 -> {
                    wheel.remove(lease);
                    asked.remove(lease);
                }
                case 1 -> takeAndCompare(now + delay(random), asked);
                default -> {
                    long at = now + delay(random);
                    wheel.ask(lease, at);
                    if (at - now > FAR) {
                        far.add(lease);
                    }
                    asked.merge(lease, at, Math::min);
                }
            }
            assertThat(wheel.isEmpty()).isEqualTo(asked.isEmpty());
            if (!asked.isEmpty()) {
                assertThat(wheel.firstNanos())
                        .isLessThanOrEqualTo(
                                asked.values().stream().min(Long::compare).orElseThrow());
            }
        }
    }

    private void takeAndCompare(long until, Map<KeptLease, Long> asked) {
        now = until;
        looks.clear();
        wheel.take(now, looks);
        assertThat(looks).doesNotHaveDuplicates();
        for (KeptLease lease : looks) {
            long at = Objects.requireNonNull(asked.remove(lease));
            if (!far.remove(lease)) {
                assertThat(at - now).isLessThan(LeaseWheel.SLOT_NANOS);
            }
        }
        assertThat(asked.values()).allMatch(at -> at > now);
    }

    /** Mostly about a slot or some seconds, now and then longer than the wheel reaches. */
    private static long delay(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> random.nextLong(400 * SECOND);
            case 1, 2, 3 -> random.nextLong(3 * LeaseWheel.SLOT_NANOS);
            default -> random.nextLong(10 * SECOND);
        };
    }

    @Test
    void a_look_in_the_slot_that_has_begun_comes_at_its_exact_time() {
        KeptLease lease = new KeptLease(1);
        wheel.ask(lease, now + 1_000);

        assertThat(wheel.firstNanos()).isEqualTo(now + 1_000);
        wheel.take(now + 999, looks);
        assertThat(looks).isEmpty();
        wheel.take(now + 1_000, looks);
        assertThat(looks).containsExactly(lease);
        assertThat(wheel.isEmpty()).isTrue();
    }

    @Test
    void a_later_time_does_not_take_back_an_earlier_one() {
        KeptLease lease = new KeptLease(1);
        wheel.ask(lease, now + SECOND);
        wheel.ask(lease, now + 20 * SECOND);

        assertThat(wheel.firstNanos()).isBetween(now, now + SECOND);
    }

    @Test
    void after_a_long_pause_everything_is_looked_at_once() {
        List<KeptLease> leases =
                LongStream.range(0, 1_000).mapToObj(KeptLease::new).toList();
        leases.forEach(lease -> wheel.ask(lease, now + lease.id * SECOND));

        wheel.take(now + Duration.ofDays(3).toNanos(), looks);

        assertThat(looks).containsExactlyInAnyOrderElementsOf(leases);
        wheel.ask(leases.get(0), now + Duration.ofDays(3).toNanos() + SECOND);
        assertThat(wheel.firstNanos()).isGreaterThan(now + Duration.ofDays(3).toNanos());
    }
}
