package io.leasehold.client.kv;

import io.leasehold.client.call.Blocking;
import io.leasehold.protocol.ByteSequence;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** A walk over a large range, page by page, at one revision. Each iterator is a walk of its own. */
final class KeyPages implements Iterable<KeyValue> {
    private final Kv kv;
    private final KeyRange range;
    private final GetOptions options;

    KeyPages(Kv kv, KeyRange range, GetOptions options, int pageSize) {
        if (pageSize < 1) {
            throw new IllegalArgumentException("page size " + pageSize);
        }
        if (options.limit() != 0
                || !options.sort().equals(Sort.NONE)
                || options.content() == GetOptions.Content.COUNT_ONLY) {
            throw new IllegalArgumentException("a walk has its own limit and order and no count: " + options);
        }
        this.kv = kv;
        this.range = range;
        this.options = options.limit(pageSize);
    }

    @Override
    public Iterator<KeyValue> iterator() {
        return new Walk();
    }

    private final class Walk implements Iterator<KeyValue> {
        private ByteSequence from = range.key();
        private GetOptions pageOptions = options;
        private List<KeyValue> page = List.of();
        private int next;
        private boolean more = true;

        @Override
        public boolean hasNext() {
            if (next == page.size() && more) {
                fetch();
            }
            return next < page.size();
        }

        @Override
        public KeyValue next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the range has ended");
            }
            return page.get(next++);
        }

        private void fetch() {
            KeyRange rest = range.isSingle() ? range : new KeyRange(from, range.end());
            GetResult result = Blocking.await(kv.get(rest, pageOptions));
            page = result.entries();
            next = 0;
            more = result.more() && !page.isEmpty() && !range.isSingle();
            if (more) {
                from = successor(page.get(page.size() - 1).key());
                if (pageOptions.revision() == 0) {
                    pageOptions = pageOptions.atRevision(result.header().revision());
                }
            }
        }

        private static ByteSequence successor(ByteSequence key) {
            return ByteSequence.wrap(Arrays.copyOf(key.toByteArray(), key.length() + 1));
        }
    }
}
