package io.leasehold.lease;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An array of longs that are nearly always small: the low halves lie in one array, and the high halves in another that
 * is made when the first value needs it. So a log index or a number of milliseconds (of up to seven weeks) costs 4
 * bytes until it passes four thousand million. One thread's.
 */
final class SplitLongs {
    private int[] low;
    private int @Nullable [] high;

    /** All zeros. */
    SplitLongs(int length) {
        low = new int[length];
    }

    private SplitLongs(int[] low, int @Nullable [] high) {
        this.low = low;
        this.high = high;
    }

    long get(int at) {
        long lowBits = low[at] & 0xffff_ffffL;
        return high == null ? lowBits : (long) high[at] << Integer.SIZE | lowBits;
    }

    void set(int at, long value) {
        int highBits = (int) (value >>> Integer.SIZE);
        if (high == null && highBits != 0) {
            high = new int[low.length];
        }
        low[at] = (int) value;
        if (high != null) {
            high[at] = highBits;
        }
    }

    SplitLongs copy() {
        return new SplitLongs(low.clone(), high == null ? null : high.clone());
    }

    /** Cuts it, or appends zeros. */
    void resize(int length) {
        low = Arrays.copyOf(low, length);
        if (high != null) {
            high = Arrays.copyOf(high, length);
        }
    }
}
