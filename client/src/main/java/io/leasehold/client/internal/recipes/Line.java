package io.leasehold.client.internal.recipes;

import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.Sort;
import io.leasehold.client.watch.WatchOptions;
import io.leasehold.protocol.ByteSequence;
import java.util.HashSet;
import java.util.Set;

/**
 * For whom a key must wait: it has its turn when fewer than {@code places} of its rivals are older. With one place each waits
 * for the one just before it, so that a holder that leaves wakes one waiter only.
 *
 * @param rivals their keys, which may include the key itself
 * @param places how many may be at the front together
 */
record Line(KeyRange rivals, int places) {
    /** Reads who is at the front. */
    Op front() {
        return Op.get(
                rivals,
                GetOptions.DEFAULT
                        .keysOnly()
                        .sortedBy(Sort.Target.CREATE_REVISION, Sort.Order.ASCENDING)
                        .limit(places));
    }

    /** Whether a key of this create revision has its turn, as {@link #front} shows. */
    boolean isTurnOf(long createRevision, GetResult front) {
        return front.entries().stream()
                        .filter(entry -> entry.createRevision() < createRevision)
                        .count()
                < places;
    }

    /** Reads who is before a key of this create revision. */
    Op before(long createRevision) {
        GetOptions older = GetOptions.DEFAULT.keysOnly().maxCreateRevision(createRevision - 1);
        return Op.get(
                rivals,
                places == 1
                        ? older.sortedBy(Sort.Target.CREATE_REVISION, Sort.Order.DESCENDING)
                                .limit(1)
                        : older);
    }

    /** What must happen before it is worth while to look again, as {@link #before} shows; nothing but a look tells more. */
    <T> Sight.NotYet<T> obstacle(GetResult before, long readRevision) {
        WatchOptions deletes = WatchOptions.DEFAULT.from(readRevision + 1).withoutPuts();
        if (before.entries().size() == 1) {
            return Sight.NotYet.until(KeyRange.single(before.entries().get(0).key()), deletes);
        }
        Set<ByteSequence> older = new HashSet<>();
        before.entries().stream().map(KeyValue::key).forEach(older::add);
        return new Sight.NotYet<>(
                rivals, deletes, event -> older.remove(event.entry().key()), older.size() - places + 1);
    }
}
