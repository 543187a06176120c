package io.leasehold.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SplitLongsTest {
    private static final long[] EDGES = {0, 1, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL, 1L << 32, -1, Long.MIN_VALUE};

    static LongStream seeds() {
        return Seeds.some(5);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void holds_what_an_array_of_longs_holds(long seed) {
        Random random = new Random(seed);
        SplitLongs longs = new SplitLongs(16);
        long[] plain = new long[16];
        for (int step = 0; step < 1_000; step++) {
            int at = random.nextInt(plain.length);
            plain[at] = step < 200 ? random.nextInt(1_000) : EDGES[random.nextInt(EDGES.length)];
            longs.set(at, plain[at]);
            if (random.nextInt(100) == 0) {
                SplitLongs before = longs;
                longs = longs.copy();
                before.set(at, ~plain[at]);
            }
            for (int i = 0; i < plain.length; i++) {
                assertThat(longs.get(i)).isEqualTo(plain[i]);
            }
        }
        longs.resize(20);
        assertThat(longs.get(15)).isEqualTo(plain[15]);
        assertThat(longs.get(19)).isZero();
    }
}
