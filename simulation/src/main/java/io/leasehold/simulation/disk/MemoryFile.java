package io.leasehold.simulation.disk;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** A file's content: as processes see it, and as it was when it was forced last. */
final class MemoryFile implements MemoryNode {
    /** What a disk writes whole or not at all. */
    private static final int SECTOR_BYTES = 512;

    private byte[] bytes = new byte[0];
    private int length;
    private byte[] forced = new byte[0];
    private boolean clean = true;

    int length() {
        return length;
    }

    /** Bytes read, -1 at the end. */
    int read(ByteBuffer to, int position) {
        if (position >= length) {
            return -1;
        }
        int count = Math.min(to.remaining(), length - position);
        to.put(bytes, position, count);
        return count;
    }

    void write(ByteBuffer from, int position) {
        int count = from.remaining();
        int end = position + count;
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
        }
        from.get(bytes, position, count);
        length = Math.max(length, end);
        clean = false;
    }

    void truncate(int newLength) {
        if (newLength < length) {
            // What a later write skips reads as zeros.
            Arrays.fill(bytes, newLength, length, (byte) 0);
            length = newLength;
            clean = false;
        }
    }

    void force() {
        if (!clean) {
            forced = Arrays.copyOf(bytes, length);
            clean = true;
        }
    }

    /** The machine is gone: each sector written since the last force may have reached the disk, or not. */
    void tear(RandomGenerator random) {
        if (clean) {
            return;
        }
        int from = Math.min(length, forced.length);
        int to = Math.max(length, forced.length);
        int tornLength = random.nextBoolean() ? length : random.nextInt(from, to + 1);
        byte[] torn = new byte[tornLength];
        for (int at = 0; at < tornLength; at += SECTOR_BYTES) {
            byte[] source = random.nextBoolean() ? bytes : forced;
            int sourceLength = source == bytes ? length : forced.length;
            int count = Math.min(SECTOR_BYTES, Math.min(tornLength, sourceLength) - at);
            if (count > 0) {
                System.arraycopy(source, at, torn, at, count);
            }
        }
        bytes = torn;
        length = tornLength;
        clean = false;
        force();
    }
}
