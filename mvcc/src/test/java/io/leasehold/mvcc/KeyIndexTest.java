package io.leasehold.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.protocol.ByteSequence;
import java.util.ArrayList;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyIndexTest {
    private final KeyIndex index = new KeyIndex();

    /** What the index must hold: per key its newest position. */
    private final NavigableMap<ByteSequence, Long> model = new TreeMap<>();

    private long revision = 1;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void random_puts_deletes_and_sweeps_keep_the_tree_whole(long seed) {
        System.out.println("KeyIndexTest seed " + seed);
        Random random = new Random(seed);
        for (int step = 0; step < 6_000; step++) {
            ByteSequence key = key(random, seed % 2 == 0 ? 4_000 : 600);
            append(key, random.nextInt(4) == 0);
            if (random.nextInt(50) == 0) {
                index.freeze();
            }
            if (random.nextInt(700) == 0) {
                sweepAll();
            }
            if (step % 97 == 0 || step < 200) {
                checkAgainstModel(random);
            }
        }
        checkAgainstModel(random);
    }

    @Test
    void ascending_keys_fill_their_leaves() {
        for (int i = 0; i < 20_000; i++) {
            append(ByteSequence.utf8("key" + (100_000 + i)), false);
        }

        assertThat(IndexInvariants.check(index.root())).containsExactlyElementsOf(model.keySet());
        int[] leaves = new int[1];
        index.root().walk(null, null, false, (leaf, from, to) -> {
            leaves[0]++;
            return true;
        });
        assertThat(20_000 / leaves[0]).as("keys per leaf").isGreaterThan(40);
    }

    @Test
    void a_run_of_neighbours_is_found_near_the_last_one_sought() {
        for (int i = 0; i < 5_000; i++) {
            append(ByteSequence.utf8("key" + (100_000 + i)), false);
        }
        index.freeze();

        for (int i = 0; i < 5_000; i += 3) {
            append(ByteSequence.utf8("key" + (100_000 + i)), true);
        }

        assertThat(IndexInvariants.check(index.root())).containsExactlyElementsOf(model.keySet());
        assertThat(index.root().liveCount())
                .isEqualTo(model.values().stream().filter(Position::isLive).count());
        model.forEach((key, position) -> assertThat(newest(index.root(), key)).isEqualTo(position));
    }

    @Test
    void descending_keys_keep_the_tree_whole() {
        for (int i = 20_000; i > 0; i--) {
            append(ByteSequence.utf8("key" + (100_000 + i)), false);
        }

        assertThat(IndexInvariants.check(index.root())).containsExactlyElementsOf(model.keySet());
    }

    @Test
    void sweeping_away_every_key_leaves_one_empty_leaf() {
        Random random = new Random(5);
        for (int i = 0; i < 5_000; i++) {
            append(ByteSequence.utf8("key" + i), false);
        }
        while (!model.isEmpty()) {
            for (ByteSequence key : new ArrayList<>(model.keySet())) {
                if (random.nextInt(3) > 0 || model.size() < 50) {
                    append(key, true);
                }
            }
            sweepAll();
            checkAgainstModel(random);
        }

        assertThat(index.root()).isInstanceOf(Leaf.class);
        assertThat(index.root().size()).isZero();
    }

    @Test
    void a_frozen_root_never_changes() {
        Random random = new Random(6);
        for (int i = 0; i < 3_000; i++) {
            append(key(random, 2_000), random.nextInt(4) == 0);
        }
        Node frozen = index.freeze();
        NavigableMap<ByteSequence, Long> then = new TreeMap<>(model);

        for (int i = 0; i < 3_000; i++) {
            append(key(random, 2_000), random.nextInt(4) == 0);
        }
        sweepAll();

        assertThat(IndexInvariants.check(frozen)).containsExactlyElementsOf(then.keySet());
        then.forEach((key, position) -> assertThat(newest(frozen, key)).isEqualTo(position));
    }

    private void append(ByteSequence key, boolean delete) {
        revision++;
        long position = Position.pack(1, (int) revision, delete);
        long newest = revision % 2 == 0 ? index.seek(key) : index.seekNear(key);
        assertThat(newest).isEqualTo(model.getOrDefault(key, Position.NONE));
        index.appendSought(key, revision, position);
        model.put(key, position);
    }

    private void sweepAll() {
        IndexSweep sweep = new IndexSweep(index, position -> {});
        sweep.begin(revision);
        while (sweep.isUnderWay()) {
            sweep.some(100);
            IndexInvariants.check(index.root());
        }
        model.values().removeIf(Position::isTombstone);
    }

    private void checkAgainstModel(Random random) {
        assertThat(IndexInvariants.check(index.root())).containsExactlyElementsOf(model.keySet());
        for (Map.Entry<ByteSequence, Long> entry : model.entrySet()) {
            assertThat(newest(index.root(), entry.getKey())).isEqualTo(entry.getValue());
        }
        assertThat(index.root().liveCount())
                .isEqualTo(model.values().stream().filter(Position::isLive).count());
        for (int i = 0; i < 5; i++) {
            ByteSequence bound = key(random, 5_000);
            assertThat(index.root().liveBelow(bound))
                    .isEqualTo(model.headMap(bound).values().stream()
                            .filter(Position::isLive)
                            .count());
        }
    }

    private static long newest(Node root, ByteSequence key) {
        Leaf leaf = root.leafOf(key);
        int found = leaf.search(key);
        return found < 0 ? Position.NONE : leaf.newestPosition(found);
    }

    /** Keys with long common prefixes, some a prefix of others, some with bytes above 127. */
    private static ByteSequence key(Random random, int bound) {
        int number = random.nextInt(bound);
        return switch (number % 4) {
            case 0 -> ByteSequence.utf8("/registry/pods/" + number);
            case 1 -> ByteSequence.utf8("/registry/pods/" + number + "/status");
            case 2 -> ByteSequence.wrap(new byte[] {(byte) (number >> 8), (byte) number});
            default -> ByteSequence.utf8("é" + number);
        };
    }
}
