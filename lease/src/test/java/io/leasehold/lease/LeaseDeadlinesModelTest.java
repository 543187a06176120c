package io.leasehold.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.lease.LeaseDeadlines.Renewed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random operations on deadlines and on a plain list that is searched from end to end for what is due. */
final class LeaseDeadlinesModelTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int STEPS = 8_000;
    /** What is left of 1000 parts of the TTL at each checkpoint, times 100. */
    private static final long[] SHARES = {60_000, 30_000, 15_000, 7_500, 3_750};

    private final Map<Long, Plain> plain = new TreeMap<>();
    private final LeaseDeadlines deadlines = new LeaseDeadlines();

    static LongStream seeds() {
        return Seeds.some(20);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void behaves_like_a_search_through_a_list(long seed) {
        Random random = new Random(seed);
        int idRange = random.nextBoolean() ? 12 : 600;
        long stepNanos = random.nextBoolean() ? SECOND / 100 : SECOND;
        long now = 0;
        for (int step = 1; step <= STEPS; step++) {
            now += random.nextLong(stepNanos);
            long id = random.nextLong(idRange) - idRange / 2L;
            change(random, id == 0 ? Long.MIN_VALUE : id, step, now);
            deadlines.check();
            assertThat(deadlines.size()).isEqualTo(plain.size());
            assertThat(deadlines.nextDueNanos())
                    .isEqualTo(
                            plain.values().stream().mapToLong(Plain::due).min().orElse(Long.MAX_VALUE));
        }
        plain.forEach((id, lease) -> {
            assertThat(deadlines.deadlineNanos(id)).isEqualTo(lease.deadline);
            assertThat(deadlines.grantIndex(id)).isEqualTo(lease.grantIndex);
            assertThat(deadlines.ttlMillis(id)).isEqualTo(lease.ttl / (SECOND / 1_000));
            assertThat(deadlines.isExpiryProposed(id)).isEqualTo(lease.expiring);
        });
    }

    private void change(Random random, long id, int step, long now) {
        Plain lease = plain.get(id);
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> {
                if (lease == null) {
                    long ttlMillis = 1_000 + random.nextLong(20_000);
                    deadlines.grantMillis(id, step, ttlMillis, now);
                    plain.put(id, new Plain(id, step, ttlMillis * (SECOND / 1_000), now));
                } else {
                    renew(id, lease, now - random.nextLong(SECOND));
                }
            }
            case 3 -> {
                deadlines.pin(id, step % 2 == 0);
                if (lease != null) {
                    lease.pinned = step % 2 == 0;
                }
            }
            case 4 -> {
                deadlines.markRevoke(id, step % 2 == 0);
                if (lease != null) {
                    lease.revoking = step % 2 == 0;
                }
            }
            case 5 -> {
                if (lease != null) {
                    assertThat(deadlines.end(id, lease.grantIndex)).isTrue();
                    plain.remove(id);
                } else {
                    assertThat(deadlines.end(id, step)).isFalse();
                }
            }
            case 6 -> {
                if (lease != null) {
                    deadlines.checkpointRefused(id, lease.grantIndex, now);
                    lease.checkpointRefused(now);
                }
            }
            case 7 -> {
                if (lease != null) {
                    deadlines.clearProposed(id, lease.grantIndex);
                    lease.anchored = false;
                }
            }
            default -> {
                int limit = 1 + random.nextInt(6);
                List<String> seen = new ArrayList<>();
                deadlines.poll(now, limit, LeaseDeadlinesTest.recorder(seen));
                assertThat(seen).isEqualTo(plainPoll(now, limit));
            }
        }
    }

    private void renew(long id, Plain lease, long received) {
        Renewed renewed = deadlines.renew(id, received);
        if (lease.revoking || lease.expiring) {
            assertThat(renewed).isEqualTo(Renewed.ENDING);
            return;
        }
        assertThat(renewed).isEqualTo(lease.anchored ? Renewed.ANCHORED : Renewed.CLEAR);
        if (received + lease.ttl > lease.deadline) {
            lease.deadline = received + lease.ttl;
            lease.step = 0;
        }
    }

    private List<String> plainPoll(long now, int limit) {
        List<String> seen = new ArrayList<>();
        for (int looked = 0; looked < limit; looked++) {
            Plain first = firstDue();
            if (first == null || first.due() > now) {
                break;
            }
            if (first.deadline <= now) {
                first.expiring = true;
                seen.add("expired " + first.id + "@" + first.grantIndex);
            } else if (first.deadline - now < SECOND) {
                first.step = SHARES.length;
            } else {
                long left = first.deadline - now;
                first.anchored = true;
                first.step = first.stepsPassed(left);
                seen.add("checkpoint " + first.id + "@" + first.grantIndex + " " + (left + 999_999) / 1_000_000);
            }
        }
        return seen;
    }

    private @Nullable Plain firstDue() {
        return plain.values().stream()
                .min(Comparator.comparingLong(Plain::due).thenComparingLong(lease -> lease.id))
                .orElse(null);
    }

    private static final class Plain {
        private final long id;
        private final long grantIndex;
        private final long ttl;
        private long deadline;
        private int step;
        private boolean pinned;
        private boolean revoking;
        private boolean expiring;
        private boolean anchored = true;

        Plain(long id, long grantIndex, long ttl, long now) {
            this.id = id;
            this.grantIndex = grantIndex;
            this.ttl = ttl;
            this.deadline = now + ttl;
        }

        long due() {
            if (pinned || revoking || expiring) {
                return Long.MAX_VALUE;
            }
            boolean another = step < SHARES.length && left(step) >= SECOND;
            return another ? deadline - left(step) : deadline;
        }

        long left(int atStep) {
            return ttl / 100_000 * SHARES[atStep];
        }

        int stepsPassed(long left) {
            int passed = 0;
            for (int i = 0; i < SHARES.length; i++) {
                passed += left <= left(i) ? 1 : 0;
            }
            return passed;
        }

        void checkpointRefused(long now) {
            long left = deadline - now;
            if (left >= SECOND) {
                step = Math.max(0, stepsPassed(left) - 1);
            }
        }
    }
}
