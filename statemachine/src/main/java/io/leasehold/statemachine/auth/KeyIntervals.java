package io.leasehold.statemachine.auth;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of keys as disjoint intervals in order. Intervals that overlap or touch are one, so that a range is covered if
 * and only if a single interval covers it. Immutable.
 */
final class KeyIntervals {
    private static final ByteSequence ZERO = ByteSequence.wrap(new byte[1]);

    /**
     * From {@code first} up to but without {@code end}.
     *
     * @param end null for no end
     */
    private record Interval(ByteSequence first, @Nullable ByteSequence end) {
        static Interval of(KeyRange range) {
            if (range.isSingle()) {
                // The least key behind a key is that key with a zero byte behind it.
                return new Interval(range.key(), range.key().concat(ZERO));
            }
            return new Interval(range.key(), range.isOpenEnded() ? null : range.end());
        }

        boolean reaches(ByteSequence key) {
            return end == null || key.compareTo(end) <= 0;
        }

        boolean endsNotBefore(Interval other) {
            return end == null || (other.end != null && other.end.compareTo(end) <= 0);
        }

        boolean contains(Interval other) {
            return first.compareTo(other.first) <= 0 && endsNotBefore(other);
        }
    }

    private final List<Interval> sorted;

    private KeyIntervals(List<Interval> sorted) {
        this.sorted = List.copyOf(sorted);
    }

    /** The keys that lie in any of the ranges. */
    static KeyIntervals union(List<KeyRange> ranges) {
        List<Interval> intervals = new ArrayList<>();
        for (KeyRange range : ranges) {
            if (!range.isEmpty()) {
                intervals.add(Interval.of(range));
            }
        }
        intervals.sort(Comparator.comparing(Interval::first));
        List<Interval> merged = new ArrayList<>();
        for (Interval next : intervals) {
            int last = merged.size() - 1;
            if (last < 0 || !merged.get(last).reaches(next.first)) {
                merged.add(next);
            } else if (!merged.get(last).endsNotBefore(next)) {
                merged.set(last, new Interval(merged.get(last).first, next.end));
            }
        }
        return new KeyIntervals(merged);
    }

    /** Whether every key of the range lies in the set; a range without keys is judged by its first key. */
    boolean cover(KeyRange range) {
        Interval asked = Interval.of(range.isEmpty() ? KeyRange.single(range.key()) : range);
        int low = 0;
        int high = sorted.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Interval interval = sorted.get(middle);
            if (interval.contains(asked)) {
                return true;
            }
            if (interval.first.compareTo(asked.first) <= 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return false;
    }

    /** The ranges of the keys that are not in the set, in order. */
    List<KeyRange> gaps() {
        List<KeyRange> gaps = new ArrayList<>();
        // No key is empty, so a single zero byte is the first key there can be.
        ByteSequence from = ZERO;
        for (Interval interval : sorted) {
            if (from.compareTo(interval.first) < 0) {
                gaps.add(KeyRange.of(from, interval.first));
            }
            if (interval.end == null) {
                return List.copyOf(gaps);
            }
            from = interval.end;
        }
        gaps.add(KeyRange.of(from, ZERO));
        return List.copyOf(gaps);
    }
}
