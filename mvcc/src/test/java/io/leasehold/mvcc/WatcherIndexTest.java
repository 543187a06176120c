package io.leasehold.mvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.protocol.ByteSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatcherIndexTest {
    private static final ByteSequence OPEN = ByteSequence.wrap(new byte[1]);

    private record Entry(KeyRange range, String watcher) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void the_matches_are_those_of_looking_at_every_watcher(long seed) {
        System.out.println("WatcherIndexTest seed " + seed);
        Random random = new Random(seed);
        WatcherIndex<String> index = new WatcherIndex<>();
        List<Entry> all = new ArrayList<>();
        int limit = seed % 2 == 0 ? 40 : 400;
        for (int step = 0; step < 4_000; step++) {
            if (all.size() < limit && random.nextInt(3) > 0) {
                // Equal texts on purpose: watchers are told apart by identity.
                Entry entry = new Entry(range(random), new String("watcher"));
                index.add(entry.range(), entry.watcher());
                all.add(entry);
            } else if (!all.isEmpty()) {
                Entry entry = all.remove(random.nextInt(all.size()));
                assertThat(index.remove(entry.range(), entry.watcher())).isTrue();
                assertThat(index.remove(entry.range(), entry.watcher())).isFalse();
            }
            assertThat(index.size()).isEqualTo(all.size());
            ByteSequence key = key(random);
            List<Integer> expected = all.stream()
                    .filter(entry -> entry.range().contains(key))
                    .map(entry -> System.identityHashCode(entry.watcher()))
                    .sorted()
                    .toList();
            List<Integer> seen = new ArrayList<>();
            index.forEachMatching(key, watcher -> seen.add(System.identityHashCode(watcher)));
            assertThat(seen.stream().sorted().toList()).isEqualTo(expected);
        }
    }

    @Test
    void one_watcher_may_watch_many_ranges_but_not_one_twice() {
        WatcherIndex<String> index = new WatcherIndex<>();
        index.add(KeyRange.single(ByteSequence.utf8("a")), "w");
        index.add(KeyRange.ALL, "w");

        assertThatThrownBy(() -> index.add(KeyRange.ALL, "w")).isInstanceOf(IllegalStateException.class);
        assertThat(index.size()).isEqualTo(2);
    }

    @Test
    void many_watchers_of_one_key_come_in_the_order_added() {
        WatcherIndex<Integer> index = new WatcherIndex<>();
        List<Integer> expected = new ArrayList<>();
        for (int i = 1_000; i < 1_100; i++) {
            Integer watcher = i;
            index.add(KeyRange.single(ByteSequence.utf8("a")), watcher);
            expected.add(watcher);
        }
        List<Integer> seen = new ArrayList<>();

        index.forEachMatching(ByteSequence.utf8("a"), seen::add);

        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void the_tree_stays_flat_when_ranges_come_and_go_in_order() {
        IntervalTree<String> tree = new IntervalTree<>();
        for (int i = 0; i < 4_096; i++) {
            tree.insert(KeyRange.of(ByteSequence.utf8("key" + (10_000 + i)), OPEN));
        }
        assertThat(tree.height()).isLessThanOrEqualTo(18);

        for (int i = 0; i < 3_072; i++) {
            tree.remove(KeyRange.of(ByteSequence.utf8("key" + (10_000 + i)), OPEN));
        }
        assertThat(tree.height()).isLessThanOrEqualTo(15);
    }

    private static KeyRange range(Random random) {
        return switch (random.nextInt(6)) {
            case 0, 1 -> KeyRange.single(key(random));
            case 2 -> KeyRange.of(key(random), OPEN);
            case 3 -> KeyRange.of(key(random), key(random));
            default -> {
                ByteSequence from = key(random);
                yield KeyRange.of(from, from.concat(ByteSequence.utf8("5")));
            }
        };
    }

    private static ByteSequence key(Random random) {
        return ByteSequence.utf8(Integer.toString(random.nextInt(200)));
    }
}
