package io.leasehold.client.internal.mirror;

import io.leasehold.client.call.Blocking;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.kv.Op;
import io.leasehold.client.mirror.MirrorOptions;
import io.leasehold.protocol.ByteSequence;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where a mirror writes to: collects operations and sends them in transactions of bounded size. For one thread at a time;
 * sending blocks. Every operation may be sent again, as nobody else is expected to write there.
 */
final class Destination {
    private static final int PAGE_KEYS = 1_000;

    private final Kv kv;
    private final MirrorOptions options;
    private final List<Op> operations = new ArrayList<>();
    private final AtomicLong changes = new AtomicLong();

    Destination(Kv kv, MirrorOptions options) {
        this.kv = kv;
        this.options = options;
    }

    /** How many puts and deletes have been made. Any thread. */
    long changes() {
        return changes.get();
    }

    /** The source's revision that an earlier mirror has noted. */
    OptionalLong progress() {
        if (options.progressKey().isEmpty()) {
            return OptionalLong.empty();
        }
        return Blocking.await(kv.get(options.progressKey())).first().stream()
                .mapToLong(entry -> Long.parseLong(entry.value().toUtf8()))
                .findFirst();
    }

    /** All that it holds, ascending. */
    Iterator<KeyValue> entries() {
        return kv.pages(KeyRange.prefix(options.destinationPrefix()), GetOptions.DEFAULT, PAGE_KEYS)
                .iterator();
    }

    /** The key that stands for a key of the source. */
    ByteSequence key(ByteSequence sourceKey) {
        byte[] bytes = sourceKey.toByteArray();
        int from = options.prefix().length();
        return options.destinationPrefix().concat(ByteSequence.copyOf(bytes, from, bytes.length - from));
    }

    void put(ByteSequence key, ByteSequence value) {
        add(Op.put(key, value));
    }

    void delete(ByteSequence key) {
        add(Op.delete(key));
    }

    private void add(Op operation) {
        operations.add(operation);
        // There must be room for the progress.
        if (operations.size() == options.operationsMax() - 1) {
            send(operations.size());
        }
    }

    /** Sends what is collected, and with it that everything up to this revision is there. */
    void reached(long revision) {
        int counted = operations.size();
        if (!options.progressKey().isEmpty()) {
            operations.add(Op.put(options.progressKey(), ByteSequence.utf8(Long.toString(revision))));
        }
        send(counted);
    }

    private void send(int counted) {
        if (!operations.isEmpty()) {
            Blocking.await(kv.txn().then(operations).commit());
            changes.addAndGet(counted);
            operations.clear();
        }
    }

    /** Whether this key of the destination is the one that tells the progress. */
    boolean isProgress(ByteSequence key) {
        return key.equals(options.progressKey());
    }

    /** What was collected is not to be sent. */
    void drop() {
        operations.clear();
    }
}
