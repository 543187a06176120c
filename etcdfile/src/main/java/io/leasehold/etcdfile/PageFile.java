package io.leasehold.etcdfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The pages of a bbolt file that is being written, one behind the other; the two meta pages come last. One thread. */
final class PageFile implements AutoCloseable {
    private static final int META_PAGES = 2;

    /** Pages are gathered up to this size before they are written. */
    private static final int GATHERED_BYTES = 1 << 20;

    private final FileChannel channel;
    private final ByteBuffer gathered = BoltFormat.allocate(GATHERED_BYTES);
    private long nextPage = META_PAGES;

    private PageFile(FileChannel channel) {
        this.channel = channel;
    }

    /** Begins a file that must not be there yet. */
    static PageFile create(Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ);
        channel.position((long) META_PAGES * BoltFormat.PAGE_BYTES);
        return new PageFile(channel);
    }

    /** The id that the next appended page gets. */
    long nextPage() {
        return nextPage;
    }

    /** Appends a page and those it overflows into. */
    void append(ByteBuffer pages) throws IOException {
        nextPage += pages.capacity() / BoltFormat.PAGE_BYTES;
        if (pages.remaining() > gathered.remaining()) {
            flush();
        }
        if (pages.remaining() > gathered.remaining()) {
            write(pages);
        } else {
            gathered.put(pages);
        }
    }

    /** Writes free list and meta pages: from here on it is a database. */
    void finish(long rootPage) throws IOException {
        long freelist = nextPage;
        ByteBuffer empty = BoltFormat.allocate(BoltFormat.PAGE_BYTES);
        BoltFormat.putPageHeader(empty, freelist, BoltFormat.FREELIST_PAGE, 0, 0);
        append(empty);
        flush();
        long end = channel.position();
        channel.position(0);
        for (int id = 0; id < META_PAGES; id++) {
            write(BoltFormat.metaPage(id, rootPage, freelist, nextPage, id));
        }
        channel.position(end);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void flush() throws IOException {
        write(gathered.flip());
        gathered.clear();
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
