package io.leasehold.etcdfile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The layout of a bbolt file (version 2), as go.etcd.io/bbolt writes it on little-endian machines. Pure functions.
 *
 * <pre>
 * page:    id u64 | flags u16 | count u16 | overflow u32 | elements …      overflow: further pages it takes
 * leaf:    flags u32 | pos u32 | key size u32 | value size u32             pos: from the element to its key
 * branch:  pos u32 | key size u32 | page u64
 * meta:    magic u32 | version u32 | page size u32 | flags u32 | root page u64 | sequence u64
 *          | freelist page u64 | high-water page u64 | transaction u64 | FNV-1a of what precedes u64
 * bucket:  root page u64 | sequence u64 | (the page itself, when the root page is 0)
 * </pre>
 */
final class BoltFormat {
    static final int PAGE_BYTES = 4096;
    static final int PAGE_HEADER_BYTES = 16;
    static final int ELEMENT_BYTES = 16;
    static final int BUCKET_BYTES = 16;

    /** From the page's start to the end of the meta's checksum. */
    static final int META_PAGE_BYTES = PAGE_HEADER_BYTES + 64;

    static final int BRANCH_PAGE = 0x01;
    static final int LEAF_PAGE = 0x02;
    static final int META_PAGE = 0x04;
    static final int FREELIST_PAGE = 0x10;

    /** In a leaf element: the value is a bucket. */
    static final int BUCKET_ELEMENT = 0x01;

    static final int MAGIC = 0xED0CDAED;
    static final int VERSION = 2;

    private static final int CHECKED_META_BYTES = 56;
    private static final long FNV_OFFSET_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private BoltFormat() {}

    /** A zeroed buffer in the file's byte order. */
    static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static void putPageHeader(ByteBuffer page, long id, int flags, int count, int overflow) {
        page.putLong(0, id);
        page.putShort(8, (short) flags);
        page.putShort(10, (short) count);
        page.putInt(12, overflow);
    }

    static int flags(ByteBuffer page) {
        return Short.toUnsignedInt(page.getShort(8));
    }

    static int count(ByteBuffer page) {
        return Short.toUnsignedInt(page.getShort(10));
    }

    static int overflow(ByteBuffer page) {
        return page.getInt(12);
    }

    /** One of the two meta pages. */
    static ByteBuffer metaPage(long id, long rootPage, long freelistPage, long pageCount, long transaction) {
        ByteBuffer page = allocate(PAGE_BYTES);
        putPageHeader(page, id, META_PAGE, 0, 0);
        page.position(PAGE_HEADER_BYTES);
        page.putInt(MAGIC).putInt(VERSION).putInt(PAGE_BYTES).putInt(0);
        page.putLong(rootPage)
                .putLong(0)
                .putLong(freelistPage)
                .putLong(pageCount)
                .putLong(transaction);
        page.putLong(metaChecksum(page));
        return page.rewind();
    }

    /** The checksum that belongs into a meta page. */
    static long metaChecksum(ByteBuffer page) {
        long hash = FNV_OFFSET_BASIS;
        for (int at = PAGE_HEADER_BYTES; at < PAGE_HEADER_BYTES + CHECKED_META_BYTES; at++) {
            hash = (hash ^ (page.get(at) & 0xff)) * FNV_PRIME;
        }
        return hash;
    }

    /** What a meta page says, or null when it is not a sound one. */
    record Meta(int pageBytes, long rootPage, long pageCount, long transaction) {
        static @Nullable Meta of(ByteBuffer page) {
            boolean sound = page.getInt(PAGE_HEADER_BYTES) == MAGIC
                    && page.getInt(PAGE_HEADER_BYTES + 4) == VERSION
                    && page.getLong(PAGE_HEADER_BYTES + CHECKED_META_BYTES) == metaChecksum(page);
            return sound
                    ? new Meta(
                            page.getInt(PAGE_HEADER_BYTES + 8),
                            page.getLong(PAGE_HEADER_BYTES + 16),
                            page.getLong(PAGE_HEADER_BYTES + 40),
                            page.getLong(PAGE_HEADER_BYTES + 48))
                    : null;
        }
    }
}
