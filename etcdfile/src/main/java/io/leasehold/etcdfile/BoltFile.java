package io.leasehold.etcdfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bbolt file, read only. Every offset that the file names is checked before it is followed, so that a damaged file gives
 * an {@link EtcdFileException} and nothing else. One thread.
 */
final class BoltFile implements AutoCloseable {
    /** A tree of 2^64 keys with two on a page is not deeper. */
    private static final int DEPTH_MAX = 64;

    /** bbolt's own bounds. */
    private static final int PAGE_BYTES_MIN = 1 << 10;

    private static final int PAGE_BYTES_MAX = 1 << 16;

    private final Path path;
    private final FileChannel channel;
    private final BoltFormat.Meta meta;
    private final Map<String, byte[]> bucketByName = new LinkedHashMap<>();

    /** How many more pages the walk under way may visit: none comes twice in a sound file. */
    private long pagesLeft;

    /** Visits a key and its value. */
    interface EntryVisitor {
        void visit(byte[] key, byte[] value) throws IOException;
    }

    private interface ElementVisitor {
        void visit(int flags, byte[] key, byte[] value) throws IOException;
    }

    private BoltFile(Path path, FileChannel channel, BoltFormat.Meta meta) {
        this.path = path;
        this.channel = channel;
        this.meta = meta;
    }

    static BoltFile open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            BoltFile file = new BoltFile(path, channel, newestMeta(path, channel));
            file.walk(file.meta.rootPage(), (flags, key, value) -> {
                if (flags == BoltFormat.BUCKET_ELEMENT) {
                    file.bucketByName.put(new String(key, StandardCharsets.UTF_8), value);
                }
            });
            return file;
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    /** Bytes that belong to the database; a checksum may follow them. */
    long sizeBytes() {
        return meta.pageCount() * meta.pageBytes();
    }

    /** The names of the buckets, in their order. */
    List<String> bucketNames() {
        return List.copyOf(bucketByName.keySet());
    }

    /** Visits the keys of a bucket in order; none when there is no such bucket. */
    void forEach(String bucket, EntryVisitor visitor) throws IOException {
        byte[] header = bucketByName.get(bucket);
        if (header == null) {
            return;
        }
        if (header.length < BoltFormat.BUCKET_BYTES) {
            throw damaged("bucket " + bucket + " has no header");
        }
        ElementVisitor elements = (flags, key, value) -> {
            if (flags == 0) {
                visitor.visit(key, value);
            }
        };
        ByteBuffer bytes = BoltFormat.allocate(header.length).put(header).rewind();
        long root = bytes.getLong(0);
        if (root == 0) {
            byte[] inline = new byte[header.length - BoltFormat.BUCKET_BYTES];
            bytes.get(BoltFormat.BUCKET_BYTES, inline);
            ByteBuffer page = BoltFormat.allocate(inline.length).put(inline).rewind();
            if (inline.length < BoltFormat.PAGE_HEADER_BYTES || BoltFormat.flags(page) != BoltFormat.LEAF_PAGE) {
                throw damaged("bucket " + bucket + " is not a leaf");
            }
            leaf(page, elements);
        } else {
            walk(root, elements);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void walk(long root, ElementVisitor visitor) throws IOException {
        pagesLeft = meta.pageCount();
        walk(root, 0, visitor);
    }

    private void walk(long id, int depth, ElementVisitor visitor) throws IOException {
        if (depth > DEPTH_MAX || pagesLeft-- == 0) {
            throw damaged("its pages form a circle");
        }
        ByteBuffer page = page(id);
        switch (BoltFormat.flags(page)) {
            case BoltFormat.LEAF_PAGE -> leaf(page, visitor);
            case BoltFormat.BRANCH_PAGE -> {
                for (int i = 0; i < BoltFormat.count(page); i++) {
                    walk(childPage(page, i), depth + 1, visitor);
                }
            }
            default -> throw damaged("page " + id + " is neither leaf nor branch");
        }
    }

    private void leaf(ByteBuffer page, ElementVisitor visitor) throws IOException {
        for (int i = 0; i < BoltFormat.count(page); i++) {
            int at = element(page, i);
            long keyAt = at + Integer.toUnsignedLong(page.getInt(at + 4));
            byte[] key = bytes(page, keyAt, page.getInt(at + 8));
            byte[] value = bytes(page, keyAt + key.length, page.getInt(at + 12));
            visitor.visit(page.getInt(at), key, value);
        }
    }

    private long childPage(ByteBuffer page, int index) throws IOException {
        return page.getLong(element(page, index) + 8);
    }

    private int element(ByteBuffer page, int index) throws IOException {
        int at = BoltFormat.PAGE_HEADER_BYTES + index * BoltFormat.ELEMENT_BYTES;
        if (at + BoltFormat.ELEMENT_BYTES > page.capacity()) {
            throw damaged("page " + page.getLong(0) + " counts more elements than it holds");
        }
        return at;
    }

    private byte[] bytes(ByteBuffer page, long at, int length) throws IOException {
        if (length < 0 || at + length > page.capacity()) {
            throw damaged("an element of page " + page.getLong(0) + " ends outside it");
        }
        byte[] bytes = new byte[length];
        page.get((int) at, bytes);
        return bytes;
    }

    private ByteBuffer page(long id) throws IOException {
        if (id < 2 || id >= meta.pageCount()) {
            throw damaged("there is no page " + id);
        }
        ByteBuffer first = read(id * meta.pageBytes(), meta.pageBytes());
        int overflow = BoltFormat.overflow(first);
        if (overflow == 0) {
            return first;
        }
        long bytes = (Integer.toUnsignedLong(overflow) + 1) * meta.pageBytes();
        if (id + Integer.toUnsignedLong(overflow) >= meta.pageCount() || bytes > Integer.MAX_VALUE) {
            throw damaged("page " + id + " overflows into pages that are not there");
        }
        return read(id * meta.pageBytes(), (int) bytes);
    }

    private ByteBuffer read(long at, int length) throws IOException {
        return read(path, channel, at, length);
    }

    private static ByteBuffer read(Path path, FileChannel channel, long at, int length) throws IOException {
        ByteBuffer bytes = BoltFormat.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, at + bytes.position()) < 0) {
                throw new EtcdFileException(path + " is no sound etcd database: it ends at byte " + channel.size());
            }
        }
        return bytes.rewind();
    }

    private static BoltFormat.Meta newestMeta(Path path, FileChannel channel) throws IOException {
        BoltFormat.Meta first = BoltFormat.Meta.of(read(path, channel, 0, BoltFormat.META_PAGE_BYTES));
        BoltFormat.Meta newest = first;
        // Where the second one lies depends on the page size, which a damaged first one does not tell.
        for (int pageBytes = PAGE_BYTES_MIN; pageBytes <= PAGE_BYTES_MAX; pageBytes <<= 1) {
            if (pageBytes + BoltFormat.META_PAGE_BYTES > channel.size()) {
                break;
            }
            BoltFormat.Meta second = BoltFormat.Meta.of(read(path, channel, pageBytes, BoltFormat.META_PAGE_BYTES));
            newest = newer(newest, second != null && second.pageBytes() == pageBytes ? second : null);
        }
        if (newest == null || newest.pageBytes() < PAGE_BYTES_MIN || newest.pageBytes() > PAGE_BYTES_MAX) {
            throw new EtcdFileException(path + " is no sound etcd database: neither of its two heads is whole");
        }
        if (newest.pageCount() < 2 || newest.pageCount() > channel.size() / newest.pageBytes()) {
            throw new EtcdFileException(path + " is no sound etcd database: it should have " + newest.pageCount()
                    + " pages of " + newest.pageBytes() + " bytes, but has " + channel.size() + " bytes");
        }
        return newest;
    }

    private static BoltFormat.@Nullable Meta newer(BoltFormat.@Nullable Meta a, BoltFormat.@Nullable Meta b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return b.transaction() > a.transaction() ? b : a;
    }

    private EtcdFileException damaged(String what) {
        return new EtcdFileException(path + " is no sound etcd database: " + what);
    }
}
