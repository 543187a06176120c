package io.leasehold.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyOrderTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void any_keys_come_in_bytewise_order(long seed) {
        System.out.println("KeyOrderTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 40; round++) {
            Set<ByteSequence> keys = new HashSet<>();
            // Few different bytes, zeros and the highest among them, make long common beginnings and equal words.
            int variety = 1 + random.nextInt(4);
            int lengthMax = 1 + random.nextInt(40);
            for (int i = random.nextInt(3_000); i > 0; i--) {
                byte[] key = new byte[random.nextInt(lengthMax + 1)];
                for (int at = 0; at < key.length; at++) {
                    key[at] = (byte) (random.nextInt(10) == 0 ? 0xff : random.nextInt(variety) * 0x41);
                }
                keys.add(ByteSequence.wrap(key));
            }

            assertThat(KeyOrder.sorted(keys)).isEqualTo(keys.stream().sorted().toList());
        }
    }

    @Test
    void keys_that_differ_behind_a_long_beginning_are_told_apart() {
        List<ByteSequence> keys = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            keys.add(ByteSequence.utf8("/services/a-long-name/instances/group-" + i / 100 + "/" + "x".repeat(20) + i));
        }
        List<ByteSequence> expected = keys.stream().sorted().toList();
        Collections.shuffle(keys, new Random(9));

        assertThat(KeyOrder.sorted(keys)).isEqualTo(expected);
    }

    @Test
    void no_key_is_no_trouble() {
        assertThat(KeyOrder.sorted(List.of())).isEmpty();
    }
}
