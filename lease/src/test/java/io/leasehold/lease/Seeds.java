package io.leasehold.lease;

import java.util.stream.LongStream;

/** Seeds of the random tests: fixed ones, so that a build repeats, or the one of {@code -Dseed}. */
final class Seeds {
    private Seeds() {}

    static LongStream some(int count) {
        Long given = Long.getLong("seed");
        return given != null ? LongStream.of(given) : LongStream.range(0, count);
    }
}
