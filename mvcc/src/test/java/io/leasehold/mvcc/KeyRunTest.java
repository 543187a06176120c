package io.leasehold.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.Immutable;
import io.leasehold.protocol.ByteSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyRunTest {
    private final KeyIndex index = new KeyIndex();
    private final KeyRun run = new KeyRun();

    /** What the index must hold: per key its records, oldest first. */
    private final NavigableMap<ByteSequence, List<Long>> model = new TreeMap<>();

    private int revision;

    /** Kinds of keys that need different ways through the sort. */
    private enum Keys {
        SHORT(random -> bytes(random, 1 + random.nextInt(3), 256)),
        EIGHT_BYTES(random -> bytes(random, 8, 256)),
        FEW(random -> ByteSequence.utf8("key" + random.nextInt(9))),
        ONE(random -> ByteSequence.utf8("the only key")),
        LONG_AND_ALIKE(random -> ByteSequence.utf8("/registry/pods/default/" + random.nextInt(3_000) + "/status")),
        ZEROS(random -> ByteSequence.wrap(new byte[1 + random.nextInt(200)])),
        TWO_LETTERS(random -> bytes(random, 1 + random.nextInt(90), 2)),
        DEEP(random -> ByteSequence.utf8("0123456789abcdef".repeat(random.nextInt(12)) + random.nextInt(5)));

        /** Makes a key. */
        @Immutable
        private interface Maker {
            ByteSequence make(Random random);
        }

        private final Maker next;

        Keys(Maker next) {
            this.next = next;
        }

        private static ByteSequence bytes(Random random, int length, int letters) {
            byte[] bytes = new byte[length];
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) random.nextInt(letters);
            }
            return ByteSequence.wrap(bytes);
        }
    }

    @ParameterizedTest
    @EnumSource(Keys.class)
    void keys_of_each_kind_come_into_the_index_with_all_their_revisions(Keys kind) {
        long seed = kind.name().hashCode();
        System.out.println("KeyRunTest " + kind + " seed " + seed);
        Random random = new Random(seed);
        for (int records : new int[] {5_000, 1, 40, 3_000}) {
            for (int i = 0; i < records; i++) {
                add(kind.next.make(random));
            }
            run.drainTo(index);
            assertIndexIsModel();
        }
    }

    @Test
    void one_leaf_one_branch_and_everything_around_them_are_whole_trees() {
        for (int keys = 0; keys < 200; keys++) {
            assertBuilt(keys);
        }
        int branch = Leaf.BUILT_SIZE * Branch.BUILT_SIZE;
        for (int keys = branch - 1; keys <= branch + Leaf.BUILT_SIZE + 1; keys += Leaf.BUILT_SIZE / 2) {
            assertBuilt(keys);
        }
    }

    @Test
    void what_was_built_takes_further_keys_and_revisions() {
        for (int i = 0; i < 5_000; i += 2) {
            add(ByteSequence.utf8("key" + (10_000 + i)));
        }
        run.drainTo(index);
        Node built = index.freeze();
        List<ByteSequence> before = IndexInvariants.check(built);

        for (int i = 0; i < 5_000; i += 3) {
            ByteSequence key = ByteSequence.utf8("key" + (10_000 + i));
            index.seek(key);
            index.appendSought(key, ++revision, note(key));
        }

        assertIndexIsModel();
        assertThat(IndexInvariants.check(built)).isEqualTo(before);
    }

    private static void assertBuilt(int keys) {
        KeyRunTest test = new KeyRunTest();
        for (int i = 0; i < keys; i++) {
            test.add(ByteSequence.utf8("key" + (1_000_000 + i)));
        }
        test.run.drainTo(test.index);
        test.assertIndexIsModel();
    }

    private void add(ByteSequence key) {
        revision++;
        run.add(key, revision, note(key));
    }

    private long note(ByteSequence key) {
        long position = Position.pack(1, revision, revision % 5 == 0);
        model.computeIfAbsent(key, first -> new ArrayList<>()).add(position);
        return position;
    }

    private void assertIndexIsModel() {
        assertThat(IndexInvariants.check(index.root())).containsExactlyElementsOf(model.keySet());
        assertThat(index.root().liveCount())
                .isEqualTo(model.values().stream()
                        .filter(records -> Position.isLive(records.getLast()))
                        .count());
        index.root().walk(null, null, false, (leaf, from, to) -> {
            for (int i = from; i < to; i++) {
                List<Long> records = new ArrayList<>();
                for (int j = 0; j < leaf.older(i).size(); j++) {
                    records.add(leaf.older(i).position(j));
                }
                records.add(leaf.newestPosition(i));
                assertThat(records).isEqualTo(model.get(leaf.key(i)));
            }
            return true;
        });
    }
}
