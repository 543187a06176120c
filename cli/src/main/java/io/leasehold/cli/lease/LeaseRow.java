package io.leasehold.cli.lease;

import com.google.protobuf.ByteString;
import java.util.Comparator;
import java.util.List;

/**
 * A lease as lists show it.
 *
 * @param leftMillis until it ends; whole seconds where the server tells no more
 * @param ttlMillis granted
 * @param keyCount keys that end with it
 * @param keys those, if they were asked for
 */
record LeaseRow(long id, long leftMillis, long ttlMillis, long keyCount, List<ByteString> keys) {
    /** Soonest end first, equal ones by id. */
    static final Comparator<LeaseRow> BY_TIME_LEFT =
            Comparator.comparingLong(LeaseRow::leftMillis).thenComparingLong(LeaseRow::id);

    private static final long MILLIS_PER_SECOND = 1_000;

    LeaseRow {
        keys = List.copyOf(keys);
    }

    /** The part of its time that is left, from 0 to 1. */
    double partLeft() {
        return ttlMillis <= 0 ? 0 : Math.clamp((double) leftMillis / ttlMillis, 0, 1);
    }

    /** Milliseconds as people read them: {@code 43s}, {@code 1.5s}, {@code 2h3m}. */
    static String time(long millis) {
        long seconds = millis / MILLIS_PER_SECOND;
        if (seconds >= 3_600) {
            return seconds / 3_600 + "h" + seconds % 3_600 / 60 + "m";
        } else if (seconds >= 60) {
            return seconds / 60 + "m" + seconds % 60 + "s";
        }
        long tenths = millis % MILLIS_PER_SECOND / 100;
        return seconds < 10 && tenths > 0 ? seconds + "." + tenths + "s" : seconds + "s";
    }
}
