package io.leasehold.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.protocol.ByteSequence;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyRangeTest {
    private static final ByteSequence OPEN = ByteSequence.wrap(new byte[1]);

    @Test
    void an_end_at_or_below_the_key_holds_nothing() {
        assertThat(range("b", "b").isEmpty()).isTrue();
        assertThat(range("b", "a").isEmpty()).isTrue();
        assertThat(range("b", "b").contains(ByteSequence.utf8("b"))).isFalse();
        assertThat(range("a", "b").isEmpty()).isFalse();
    }

    @Test
    void one_zero_byte_as_end_means_no_end() {
        KeyRange range = KeyRange.of(ByteSequence.utf8("b"), OPEN);

        assertThat(range.isOpenEnded()).isTrue();
        assertThat(range.isEmpty()).isFalse();
        assertThat(range.contains(ByteSequence.utf8("zz"))).isTrue();
        assertThat(range.contains(ByteSequence.utf8("a"))).isFalse();
        assertThat(KeyRange.ALL.contains(OPEN)).isTrue();
    }

    @Test
    void ranges_overlap_just_when_some_key_lies_in_both() {
        List<ByteSequence> keys = new ArrayList<>();
        for (String text : List.of("a", "a\0", "b", "b\0", "c", "d")) {
            keys.add(ByteSequence.utf8(text));
        }
        List<KeyRange> ranges = new ArrayList<>(List.of(KeyRange.ALL));
        for (ByteSequence from : keys) {
            ranges.add(KeyRange.single(from));
            ranges.add(KeyRange.of(from, OPEN));
            keys.forEach(to -> ranges.add(KeyRange.of(from, to)));
        }

        for (KeyRange one : ranges) {
            for (KeyRange other : ranges) {
                boolean expected = keys.stream().anyMatch(key -> one.contains(key) && other.contains(key));
                assertThat(one.overlaps(other)).as("%s and %s", one, other).isEqualTo(expected);
            }
        }
    }

    private static KeyRange range(String key, String end) {
        return KeyRange.of(ByteSequence.utf8(key), ByteSequence.utf8(end));
    }
}
