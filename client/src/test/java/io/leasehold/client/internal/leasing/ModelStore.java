package io.leasehold.client.internal.leasing;

import io.leasehold.client.VirtualTimeline;
import io.leasehold.client.call.Header;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.DeleteResult;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.OpResult;
import io.leasehold.client.kv.PutResult;
import io.leasehold.client.kv.TxnResult;
import io.leasehold.client.watch.WatchEvent;
import io.leasehold.protocol.ByteSequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.NullUnmarked;

/** An etcd in the simplest words: keys, revisions, transactions, leases, and all that ever happened. */
@NullUnmarked // What is not there is null here, as in a map.
final class ModelStore {
    private final VirtualTimeline time;
    private final TreeMap<ByteSequence, KeyValue> keys = new TreeMap<>();
    private final Map<Long, Long> deadlines = new HashMap<>();
    private final List<BiConsumer<Long, List<WatchEvent>>> followers = new ArrayList<>();
    private final Map<ByteSequence, TreeMap<Long, Optional<KeyValue>>> history = new HashMap<>();
    private final List<WatchEvent> events = new ArrayList<>();
    long revision = 1;
    private long nextLease = 100;
    int calls;

    ModelStore(VirtualTimeline time) {
        this.time = time;
    }

    void follow(BiConsumer<Long, List<WatchEvent>> follower) {
        followers.add(follower);
    }

    long grant(long ttlNanos) {
        long id = nextLease++;
        renew(id, ttlNanos, true);
        return id;
    }

    /** Answers whether the lease is still there. */
    boolean renew(long id, long ttlNanos, boolean fresh) {
        if (!fresh && !deadlines.containsKey(id)) {
            return false;
        }
        long deadline = time.nanos() + ttlNanos;
        deadlines.put(id, deadline);
        time.after(ttlNanos, () -> {
            Long last = deadlines.get(id);
            if (last != null && last - time.nanos() <= 0) {
                revoke(id);
            }
        });
        return true;
    }

    void revoke(long id) {
        deadlines.remove(id);
        List<ByteSequence> attached = keys.values().stream()
                .filter(entry -> entry.leaseId() == id)
                .map(KeyValue::key)
                .toList();
        if (!attached.isEmpty()) {
            revision++;
            attached.forEach(this::remove);
            publish();
        }
    }

    KeyValue find(ByteSequence key) {
        return keys.get(key);
    }

    private void note(ByteSequence key, long at, KeyValue after) {
        history.computeIfAbsent(key, none -> new TreeMap<>()).put(at, Optional.ofNullable(after));
    }

    /** The key as it was at that revision, null when it was not there. */
    KeyValue at(long past, ByteSequence key) {
        Map.Entry<Long, Optional<KeyValue>> last =
                history.getOrDefault(key, new TreeMap<>()).floorEntry(past);
        return last == null ? null : last.getValue().orElse(null);
    }

    List<KeyValue> all() {
        return List.copyOf(keys.values());
    }

    TxnResult commit(Op.TxnRequest txn) {
        calls++;
        long before = revision;
        TxnResult result = apply(txn, revision + 1);
        if (!events.isEmpty()) {
            revision++;
            publish();
        }
        Header header = new Header(1, 1, revision, 1);
        assert revision <= before + 1;
        return new TxnResult(header, result.succeeded(), result.results());
    }

    private void publish() {
        List<WatchEvent> batch = List.copyOf(events);
        events.clear();
        followers.forEach(follower -> follower.accept(revision, batch));
    }

    private TxnResult apply(Op.TxnRequest txn, long at) {
        boolean holds = txn.compares().stream().allMatch(this::holds);
        List<OpResult> results = new ArrayList<>();
        for (Op op : holds ? txn.success() : txn.failure()) {
            results.add(apply(op, at));
        }
        // As etcd does: the header of a transaction within another is empty.
        return new TxnResult(new Header(0, 0, 0, 0), holds, results);
    }

    private OpResult apply(Op op, long at) {
        Header header = new Header(0, 0, events.isEmpty() ? revision : at, 0);
        if (op instanceof Op.Get get) {
            return get(get.range(), get.options(), header);
        } else if (op instanceof Op.Put put) {
            KeyValue before = keys.get(put.key());
            long lease =
                    put.options().keepLease() ? before.leaseId() : put.options().leaseId();
            ByteSequence value = put.options().keepValue() ? before.value() : put.value();
            if (lease != 0 && !deadlines.containsKey(lease)) {
                throw new IllegalArgumentException("no such lease");
            }
            KeyValue after = new KeyValue(
                    put.key(),
                    value,
                    before == null ? at : before.createRevision(),
                    at,
                    before == null ? 1 : before.version() + 1,
                    lease);
            keys.put(put.key(), after);
            note(put.key(), at, after);
            events.add(new WatchEvent(WatchEvent.Type.PUT, after, null));
            return new PutResult(header, put.options().previous() ? before : null);
        } else if (op instanceof Op.Delete delete) {
            List<KeyValue> gone = in(delete.range());
            revision++;
            gone.forEach(entry -> remove(entry.key()));
            revision--;
            return new DeleteResult(header, gone.size(), delete.previous() ? gone : List.of());
        }
        return apply(((Op.Nested) op).txn(), at);
    }

    private void remove(ByteSequence key) {
        keys.remove(key);
        note(key, revision, null);
        events.add(
                new WatchEvent(WatchEvent.Type.DELETE, new KeyValue(key, ByteSequence.EMPTY, 0, revision, 0, 0), null));
    }

    private GetResult get(KeyRange range, GetOptions options, Header header) {
        List<KeyValue> found = in(range);
        return options.content() == GetOptions.Content.COUNT_ONLY
                ? new GetResult(header, List.of(), false, found.size())
                : new GetResult(header, found, false, found.size());
    }

    private List<KeyValue> in(KeyRange range) {
        return keys.values().stream()
                .filter(entry -> range.contains(entry.key()))
                .toList();
    }

    private boolean holds(Compare condition) {
        if (!condition.range().isSingle()) {
            return in(condition.range()).stream().allMatch(entry -> holds(condition, entry));
        }
        KeyValue entry = keys.get(condition.range().key());
        if (entry == null && condition.operand() instanceof Compare.Operand.OfValue) {
            return false;
        }
        KeyValue nothing = new KeyValue(condition.range().key(), ByteSequence.EMPTY, 0, 0, 0, 0);
        return holds(condition, entry == null ? nothing : entry);
    }

    private static boolean holds(Compare condition, KeyValue entry) {
        int order;
        if (condition.operand() instanceof Compare.Operand.OfValue wanted) {
            order = entry.value().compareTo(wanted.value());
        } else {
            Compare.Operand.OfNumber wanted = (Compare.Operand.OfNumber) condition.operand();
            long number =
                    switch (wanted.property()) {
                        case VERSION -> entry.version();
                        case CREATE_REVISION -> entry.createRevision();
                        case MOD_REVISION -> entry.modRevision();
                        case LEASE -> entry.leaseId();
                    };
            order = Long.compare(number, wanted.value());
        }
        return switch (condition.relation()) {
            case EQUAL -> order == 0;
            case GREATER -> order > 0;
            case LESS -> order < 0;
            case NOT_EQUAL -> order != 0;
        };
    }
}
