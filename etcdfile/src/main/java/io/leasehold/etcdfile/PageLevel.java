package io.leasehold.etcdfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One level of a B+tree that is built from its leaves up: takes elements in the order of their keys, writes a page
 * whenever one is full, and hands the page's first key to the level above. One thread.
 */
final class PageLevel {
    /** A page's element count is a u16, of which bbolt keeps the highest value for itself. */
    private static final int COUNT_MAX = 0xFFFE;

    private static final byte[] NOTHING = {};

    @SuppressWarnings("ArrayRecordComponent") // Never compared, never handed out.
    private record Element(byte[] key, byte[] value, long page) {}

    private final PageFile file;
    private final boolean leaf;
    private final int elementFlags;
    private final List<Element> elements = new ArrayList<>();
    private int bytes = BoltFormat.PAGE_HEADER_BYTES;
    private @Nullable PageLevel above;
    private long lastPage = -1;
    private byte[] firstPageKey = NOTHING;

    private PageLevel(PageFile file, boolean leaf, int elementFlags) {
        this.file = file;
        this.leaf = leaf;
        this.elementFlags = elementFlags;
    }

    /** The lowest level; its values are buckets if {@code ofBuckets}. */
    static PageLevel leaves(PageFile file, boolean ofBuckets) {
        return new PageLevel(file, true, ofBuckets ? BoltFormat.BUCKET_ELEMENT : 0);
    }

    /** Adds a key above all before it. */
    void add(byte[] key, byte[] value) throws IOException {
        add(new Element(key, value, 0));
    }

    /** Writes what is left; returns the page of the tree's root. An empty tree has an empty leaf. */
    long finish() throws IOException {
        if (!elements.isEmpty() || lastPage < 0) {
            writePage();
        }
        return above == null ? lastPage : above.finish();
    }

    private void add(Element element) throws IOException {
        int elementBytes = BoltFormat.ELEMENT_BYTES + element.key().length + element.value().length;
        boolean full = bytes + elementBytes > BoltFormat.PAGE_BYTES || elements.size() == COUNT_MAX;
        if (full && !elements.isEmpty()) {
            writePage();
        }
        elements.add(element);
        bytes += elementBytes;
    }

    private void writePage() throws IOException {
        int pages = Math.max(1, (bytes + BoltFormat.PAGE_BYTES - 1) / BoltFormat.PAGE_BYTES);
        ByteBuffer page = BoltFormat.allocate(pages * BoltFormat.PAGE_BYTES);
        long id = file.nextPage();
        int flags = leaf ? BoltFormat.LEAF_PAGE : BoltFormat.BRANCH_PAGE;
        BoltFormat.putPageHeader(page, id, flags, elements.size(), pages - 1);
        int at = BoltFormat.PAGE_HEADER_BYTES;
        int content = at + elements.size() * BoltFormat.ELEMENT_BYTES;
        for (Element element : elements) {
            putElement(page, at, content, element);
            at += BoltFormat.ELEMENT_BYTES;
            content += element.key().length + element.value().length;
        }
        file.append(page);
        handUp(elements.isEmpty() ? NOTHING : elements.get(0).key(), id);
    }

    private void putElement(ByteBuffer page, int at, int content, Element element) {
        if (leaf) {
            page.putInt(at, elementFlags);
            page.putInt(at + 4, content - at);
            page.putInt(at + 8, element.key().length);
            page.putInt(at + 12, element.value().length);
        } else {
            page.putInt(at, content - at);
            page.putInt(at + 4, element.key().length);
            page.putLong(at + 8, element.page());
        }
        page.put(content, element.key());
        page.put(content + element.key().length, element.value());
    }

    /** The level above begins with the second page of this one: a single page is the root itself. */
    private void handUp(byte[] firstKey, long page) throws IOException {
        elements.clear();
        bytes = BoltFormat.PAGE_HEADER_BYTES;
        if (lastPage < 0) {
            firstPageKey = firstKey;
        } else {
            PageLevel level = above;
            if (level == null) {
                level = new PageLevel(file, false, 0);
                level.add(new Element(firstPageKey, NOTHING, lastPage));
                above = level;
            }
            level.add(new Element(firstKey, NOTHING, page));
        }
        lastPage = page;
    }
}
