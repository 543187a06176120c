package io.leasehold.statemachine.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sets of keys against a list of ranges looked through key by key. */
final class KeyIntervalsTest {
    private static final long SEED = 20_261_121;

    /** All keys of one or two letters: enough to tell any two sets of the ranges below apart. */
    private static final List<ByteSequence> KEYS = keys();

    private static KeyRange range(String key, String end) {
        return KeyRange.of(ByteSequence.utf8(key), ByteSequence.utf8(end));
    }

    @Test
    void touching_intervals_cover_what_spans_them() {
        KeyIntervals intervals = KeyIntervals.union(List.of(range("c", "e"), range("a", "c")));

        assertThat(intervals.cover(range("a", "e"))).isTrue();
        assertThat(intervals.cover(range("a", "f"))).isFalse();
        assertThat(intervals.cover(range("b", "d"))).isTrue();
    }

    @Test
    void a_point_does_not_cover_what_follows_it() {
        KeyIntervals intervals = KeyIntervals.union(List.of(range("k", "")));

        assertThat(intervals.cover(range("k", ""))).isTrue();
        assertThat(intervals.cover(range("k", "k\0"))).isTrue();
        assertThat(intervals.cover(range("k", "\0"))).isFalse();
        assertThat(intervals.cover(range("k", "l"))).isFalse();
        assertThat(intervals.cover(range("k\0", ""))).isFalse();
    }

    @Test
    void an_open_end_needs_an_open_end() {
        KeyIntervals open = KeyIntervals.union(List.of(range("x", "\0")));

        assertThat(open.cover(range("x", "\0"))).isTrue();
        assertThat(open.cover(range("y", "\0"))).isTrue();
        assertThat(open.cover(range("w", "\0"))).isFalse();
        assertThat(KeyIntervals.union(List.of(range("x", "\u007f"))).cover(range("x", "\0")))
                .isFalse();
    }

    @Test
    void nothing_covers_nothing() {
        assertThat(KeyIntervals.union(List.of()).cover(range("a", ""))).isFalse();
        assertThat(KeyIntervals.union(List.of()).cover(range("b", "a"))).isFalse();
    }

    @Test
    void coverage_and_gaps_are_those_of_the_keys() {
        Random random = new Random(SEED);
        for (int round = 0; round < 2_000; round++) {
            List<KeyRange> granted = new ArrayList<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                granted.add(randomRange(random));
            }
            KeyIntervals intervals = KeyIntervals.union(granted);
            KeyRange asked = randomRange(random);

            boolean everyKeyGranted = KEYS.stream().filter(asked::contains).allMatch(key -> granted.stream()
                    .anyMatch(range -> range.contains(key)));
            if (intervals.cover(asked)) {
                assertThat(everyKeyGranted).as("seed %d round %d", SEED, round).isTrue();
            } else if (!asked.isEmpty() && asked.isSingle()) {
                assertThat(everyKeyGranted).as("seed %d round %d", SEED, round).isFalse();
            }
            for (ByteSequence key : KEYS) {
                boolean inGap = intervals.gaps().stream().anyMatch(gap -> gap.contains(key));
                assertThat(inGap)
                        .as("seed %d round %d key %s", SEED, round, key)
                        .isNotEqualTo(intervals.cover(KeyRange.single(key)));
            }
        }
    }

    private static KeyRange randomRange(Random random) {
        ByteSequence key = KEYS.get(random.nextInt(KEYS.size()));
        return switch (random.nextInt(4)) {
            case 0 -> KeyRange.single(key);
            case 1 -> KeyRange.of(key, ByteSequence.wrap(new byte[1]));
            default -> KeyRange.of(key, KEYS.get(random.nextInt(KEYS.size())));
        };
    }

    private static List<ByteSequence> keys() {
        List<ByteSequence> keys = new ArrayList<>();
        for (char first = 'a'; first <= 'e'; first++) {
            keys.add(ByteSequence.utf8(String.valueOf(first)));
            for (char second = 'a'; second <= 'e'; second++) {
                keys.add(ByteSequence.utf8("" + first + second));
            }
        }
        return keys;
    }
}
