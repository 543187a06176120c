package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.KeyOrder;
import java.util.Arrays;

/**
 * Many records as they lie in the log, on their way into an index. They go there in the order of their keys: then each leaf is
 * visited once, and what its changes leave behind is garbage at once, while in the log's order every record would come to
 * another leaf, and all its copies would grow old first. Those of one key stay in the order of the log.
 *
 * <p>One thread's.
 */
final class KeyRun {
    /** A million keys fit; what is gathered takes some 40 bytes a record. */
    private static final int RECORDS_MAX = 1 << 20;

    /** Keys are some dozens of bytes; long ones make shorter runs. */
    private static final int KEY_BYTES_MAX = 64 << 20;

    private static final int RECORDS_AT_FIRST = 1 << 10;

    private byte[] keyBytes = new byte[RECORDS_AT_FIRST * Long.BYTES];
    private int[] keyEnds = new int[RECORDS_AT_FIRST];
    private long[] revisions = new long[RECORDS_AT_FIRST];
    private long[] positions = new long[RECORDS_AT_FIRST];
    private int count;

    /** Adds the record behind the last one in the log. */
    void add(ByteSequence key, long revision, long position) {
        int start = start(count);
        int end = Math.addExact(start, key.length());
        if (count == positions.length) {
            int more = count * 2;
            keyEnds = Arrays.copyOf(keyEnds, more);
            revisions = Arrays.copyOf(revisions, more);
            positions = Arrays.copyOf(positions, more);
        }
        if (end > keyBytes.length) {
            keyBytes = Arrays.copyOf(keyBytes, Math.max(end, keyBytes.length * 2));
        }
        key.copyTo(keyBytes, start);
        keyEnds[count] = end;
        revisions[count] = revision;
        positions[count] = position;
        count++;
    }

    /** Whether it is time for {@link #drainTo}. */
    boolean isFull() {
        return count >= RECORDS_MAX || start(count) >= KEY_BYTES_MAX;
    }

    /** Puts the records into the index, in which there is none of a later revision, and is empty then. */
    void drainTo(KeyIndex index) {
        int[] order = KeyOrder.ofPacked(keyBytes, keyEnds, count);
        if (index.isEmpty()) {
            build(index, order);
        } else {
            insert(index, order);
        }
        count = 0;
    }

    private void build(KeyIndex index, int[] order) {
        IndexBuild build = new IndexBuild(index.edit(), keyBytes);
        for (int number : order) {
            build.add(start(number), keyEnds[number], revisions[number], positions[number]);
        }
        index.fill(build);
    }

    private void insert(KeyIndex index, int[] order) {
        for (int number : order) {
            ByteSequence key = ByteSequence.copyOf(keyBytes, start(number), keyEnds[number] - start(number));
            index.seekNear(key);
            index.appendSought(key, revisions[number], positions[number]);
        }
    }

    private int start(int number) {
        return number == 0 ? 0 : keyEnds[number - 1];
    }
}
