package io.leasehold.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.protocol.ByteSequence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void packed_keys_do_what_a_list_does(long seed) {
        System.out.println("KeysTest seed " + seed);
        Random random = new Random(seed);
        Keys keys = Keys.EMPTY;
        List<ByteSequence> model = new ArrayList<>();
        for (int step = 0; step < 3_000; step++) {
            ByteSequence key = key(random);
            int found = keys.search(key);
            assertThat(found).isEqualTo(Collections.binarySearch(model, key));
            if (found < 0 && model.size() < 50) {
                keys = keys.insert(-found - 1, key);
                model.add(-found - 1, key);
            } else if (found >= 0 && random.nextBoolean()) {
                keys = keys.remove(found);
                model.remove(found);
            }
            if (random.nextInt(10) == 0) {
                int cut = random.nextInt(model.size() + 1);
                Keys left = keys.slice(0, cut);
                Keys right = keys.slice(cut, keys.size());
                assertSame(left, model.subList(0, cut));
                assertSame(right, model.subList(cut, model.size()));
                keys = left.concat(right);
                assertSeparates(keys, model);
            }
            if (random.nextInt(100) == 0) {
                int from = random.nextInt(model.size() + 1);
                keys = keys.slice(from, keys.size());
                model = new ArrayList<>(model.subList(from, model.size()));
            }
            assertSame(keys, model);
        }
    }

    private static void assertSeparates(Keys keys, List<ByteSequence> model) {
        for (int i = 1; i < model.size(); i++) {
            ByteSequence separator = keys.separator(i);
            assertThat(separator).isGreaterThan(model.get(i - 1)).isLessThanOrEqualTo(model.get(i));
            assertThat(separator.length()).isLessThanOrEqualTo(model.get(i).length());
        }
    }

    private static void assertSame(Keys keys, List<ByteSequence> model) {
        assertThat(keys.size()).isEqualTo(model.size());
        for (int i = 0; i < model.size(); i++) {
            assertThat(keys.get(i)).isEqualTo(model.get(i));
        }
        assertThat(new TreeSet<>(model)).hasSameSizeAs(model);
    }

    private static ByteSequence key(Random random) {
        String number = Integer.toString(random.nextInt(40), 3);
        return switch (random.nextInt(20)) {
            case 0 -> ByteSequence.utf8(number);
            case 1 -> ByteSequence.wrap(new byte[] {(byte) 0xff, (byte) random.nextInt()});
            case 2 -> ByteSequence.utf8("/registry/");
            default -> ByteSequence.utf8("/registry/pods/" + number);
        };
    }
}
