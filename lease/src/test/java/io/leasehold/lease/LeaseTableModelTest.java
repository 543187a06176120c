package io.leasehold.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.protocol.ByteSequence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random operations on a table and on maps; an image taken on the way must not change behind its back. */
final class LeaseTableModelTest {
    private static final int STEPS = 6_000;

    private final Map<Long, LeaseView> leases = new TreeMap<>();
    private final Map<Long, SortedSet<ByteSequence>> keys = new HashMap<>();
    private final LeaseTable table = new LeaseTable();

    static LongStream seeds() {
        return Seeds.some(12);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void behaves_like_a_map(long seed) throws IOException {
        Random random = new Random(seed);
        int idRange = random.nextBoolean() ? 40 : 5_000;
        LeaseTableImage image = table.image();
        Map<Long, LeaseView> imaged = new TreeMap<>();

        for (int step = 1; step <= STEPS; step++) {
            change(random, pickId(random, idRange), step);
            if (random.nextInt(200) == 0) {
                assertThat(contents(image)).isEqualTo(imaged);
                image = table.image();
                imaged = new TreeMap<>(leases);
            }
            if (step % 50 == 0) {
                check();
            }
        }

        check();
        assertThat(contents(image)).isEqualTo(imaged);
        LeaseTable restored = LeaseTableTest.restore(LeaseTableTest.encode(table), 99);
        leases.replaceAll((id, lease) -> new LeaseView(id, lease.ttlMillis(), lease.grantIndex(), lease.anchor(), 99));
        assertThat(contents(restored.image())).isEqualTo(leases);
    }

    private void change(Random random, long id, int step) {
        LeaseView lease = leases.get(id);
        switch (random.nextInt(9)) {
            case 0, 1, 2, 3 -> grantOrAttach(random, id, lease, step);
            case 4 -> {
                List<ByteSequence> attached = List.copyOf(keysOf(id));
                assertThat(table.revoke(id)).isEqualTo(attached);
                leases.remove(id);
                keys.remove(id);
            }
            case 5 -> {
                ByteSequence key = key(random);
                table.detach(id, key);
                keysOf(id).remove(key);
            }
            case 6 -> {
                long grantIndex = grantIndexNear(random, lease);
                boolean hit = isIncarnation(lease, grantIndex);
                assertThat(table.checkpoint(id, grantIndex, step, step)).isEqualTo(hit);
                if (lease != null && hit) {
                    anchor(lease, new Anchor(Anchor.Kind.CHECKPOINT, step, false), step);
                }
            }
            case 7 -> {
                long grantIndex = grantIndexNear(random, lease);
                boolean hit = isIncarnation(lease, grantIndex);
                assertThat(table.clear(id, grantIndex)).isEqualTo(hit);
                if (lease != null && hit) {
                    Anchor anchor = lease.anchor();
                    anchor(lease, new Anchor(anchor.kind(), anchor.leftMillis(), true), lease.anchorNanos());
                }
            }
            default -> {
                if (random.nextInt(20) == 0) {
                    table.marker(step);
                    for (LeaseView each : List.copyOf(leases.values())) {
                        if (each.anchor().cleared()) {
                            anchor(each, new Anchor(Anchor.Kind.MARKER, each.ttlMillis(), false), step);
                        }
                    }
                }
            }
        }
    }

    private void grantOrAttach(Random random, long id, @Nullable LeaseView lease, int step) {
        if (lease == null) {
            long ttlMillis = 1_000 + random.nextLong(100_000);
            table.grantMillis(id, ttlMillis, step, step);
            Anchor anchor = new Anchor(Anchor.Kind.GRANT, ttlMillis, false);
            leases.put(id, new LeaseView(id, ttlMillis, step, anchor, step));
        } else {
            ByteSequence key = key(random);
            table.attach(id, key);
            keysOf(id).add(key);
        }
    }

    private void anchor(LeaseView lease, Anchor anchor, long nowNanos) {
        LeaseView changed = new LeaseView(lease.id(), lease.ttlMillis(), lease.grantIndex(), anchor, nowNanos);
        leases.put(lease.id(), changed);
    }

    private void check() {
        assertThat(table.size()).isEqualTo(leases.size());
        assertThat(contents(table.image())).isEqualTo(leases);
        leases.forEach((id, lease) -> {
            assertThat(table.lease(id)).contains(lease);
            assertThat(table.keys(id)).isEqualTo(List.copyOf(keysOf(id)));
            assertThat(table.keyCount(id)).isEqualTo(keysOf(id).size());
        });
    }

    private static Map<Long, LeaseView> contents(LeaseTableImage image) {
        List<LeaseView> all = new ArrayList<>();
        image.forEach(all::add);
        Map<Long, LeaseView> byId = new TreeMap<>();
        all.forEach(lease -> byId.put(lease.id(), lease));
        assertThat(byId).hasSize(all.size()).hasSize(image.size());
        return byId;
    }

    private SortedSet<ByteSequence> keysOf(long id) {
        return keys.computeIfAbsent(id, none -> new TreeSet<>());
    }

    private static boolean isIncarnation(@Nullable LeaseView lease, long grantIndex) {
        return lease != null && lease.grantIndex() == grantIndex;
    }

    private static long grantIndexNear(Random random, @Nullable LeaseView lease) {
        return lease == null ? 1 : lease.grantIndex() - (random.nextInt(5) == 0 ? 1 : 0);
    }

    private static long pickId(Random random, int range) {
        long id = random.nextInt(range) - range / 2L;
        return id == 0 ? Long.MIN_VALUE : id;
    }

    private static ByteSequence key(Random random) {
        return ByteSequence.utf8("k" + random.nextInt(12));
    }
}
