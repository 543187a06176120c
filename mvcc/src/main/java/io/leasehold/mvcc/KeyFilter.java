package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.nio.ByteBuffer;

/**
 * Tells of a key that a segment holds no record of it, or that it may: a Bloom filter. Ten bits a record and four hashes make
 * one wrong "may" in eighty. Immutable once made.
 */
final class KeyFilter {
    private static final int BITS_PER_RECORD = 10;
    private static final int HASHES = 4;

    private final long[] words;

    private KeyFilter(int recordCount) {
        words = new long[1 + (int) ((long) recordCount * BITS_PER_RECORD / Long.SIZE)];
    }

    /** Of the first so many bytes of a segment, header included. */
    static KeyFilter of(Segment segment, int lengthBytes) {
        ByteBuffer bytes = segment.bytes();
        int count = 0;
        for (int at = SegmentFormat.HEADER_BYTES; at < lengthBytes; at += RecordFormat.recordLength(bytes, at)) {
            segment.checkRecord(at, lengthBytes);
            count++;
        }
        KeyFilter filter = new KeyFilter(count);
        for (int at = SegmentFormat.HEADER_BYTES; at < lengthBytes; at += RecordFormat.recordLength(bytes, at)) {
            filter.add(segment.read(at).key());
        }
        return filter;
    }

    /** False only if there is no record of the key. */
    boolean mayHold(ByteSequence key) {
        long hash = mixed(key.hashCode());
        for (int i = 0; i < HASHES; i++) {
            int bit = bit(hash, i);
            if ((words[bit >>> 6] & (1L << bit)) == 0) {
                return false;
            }
        }
        return true;
    }

    private void add(ByteSequence key) {
        long hash = mixed(key.hashCode());
        for (int i = 0; i < HASHES; i++) {
            int bit = bit(hash, i);
            words[bit >>> 6] |= 1L << bit;
        }
    }

    /** The halves of one hash, combined, serve as well as several hashes (Kirsch and Mitzenmacher, 2006). */
    private int bit(long hash, int number) {
        int combined = (int) hash + number * (int) (hash >>> Integer.SIZE);
        return (int) (((combined & 0xffff_ffffL) * ((long) words.length * Long.SIZE)) >>> Integer.SIZE);
    }

    /** Spreads what the key's hash has over all 64 bits: the finisher of SplitMix64. */
    private static long mixed(int hash) {
        long mixed = (hash + 0x9e37_79b9_7f4a_7c15L) * 0xbf58_476d_1ce4_e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d0_49bb_1331_11ebL;
        return mixed ^ (mixed >>> 31);
    }
}
