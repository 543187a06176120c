package io.leasehold.lease;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The stored form of a lease table. Version 2: one version byte, the number of leases, then of each lease its id (8
 * bytes), TTL in milliseconds, grant index, anchor kind with the cleared bit (1 byte) and milliseconds left. Numbers without
 * a width are base-128, low group first. Version 1 had the TTL in seconds; it is read, but no longer written.
 */
final class LeaseTableCodec {
    private static final int VERSION = 2;
    private static final int VERSION_OF_SECONDS = 1;
    private static final int VARINT_BYTES_MAX = 9; // Values are non-negative: 63 bits, seven to a byte.

    private LeaseTableCodec() {}

    static void encodeHeader(DataOutput out, int size) throws IOException {
        out.writeByte(VERSION);
        writeVarint(out, size);
    }

    static void encode(DataOutput out, LeasePage page, int at) throws IOException {
        out.writeLong(page.id[at]);
        writeVarint(out, page.ttlMillis.get(at));
        writeVarint(out, page.grantIndex.get(at));
        out.writeByte(page.stateByte(at));
        writeVarint(out, page.leftMillis(at));
    }

    static void decode(DataInput in, long nowNanos, LeaseTable into) throws IOException {
        int version = in.readUnsignedByte();
        if (version != VERSION && version != VERSION_OF_SECONDS) {
            throw new IOException("lease table of version " + version + ", expected at most " + VERSION);
        }
        long millisPerUnit = version == VERSION_OF_SECONDS ? 1_000 : 1;
        long size = readVarint(in);
        for (long i = 0; i < size; i++) {
            long id = in.readLong();
            long ttl = readVarint(in);
            long grantIndex = readVarint(in);
            int state = in.readUnsignedByte();
            long leftMillis = readVarint(in);
            try {
                Anchor anchor = LeasePage.decodeAnchor(state, leftMillis);
                into.add(new LeaseView(id, Math.multiplyExact(ttl, millisPerUnit), grantIndex, anchor, nowNanos));
            } catch (IllegalStateException | IndexOutOfBoundsException | ArithmeticException e) {
                throw new IOException("lease table is damaged at lease " + id + ", number " + i + " of " + size, e);
            }
        }
    }

    private static void writeVarint(DataOutput out, long value) throws IOException {
        long rest = value;
        while (rest > 0x7f) {
            out.writeByte((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    private static long readVarint(DataInput in) throws IOException {
        long value = 0;
        for (int i = 0; i < VARINT_BYTES_MAX; i++) {
            int next = in.readUnsignedByte();
            value |= (long) (next & 0x7f) << (7 * i);
            if (next <= 0x7f) {
                return value;
            }
        }
        throw new IOException("lease table is damaged: a number does not end");
    }
}
