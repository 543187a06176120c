package io.leasehold.client.internal.leasing;

import io.leasehold.client.call.Header;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.protocol.ByteSequence;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a server would say of one key that stands as given. Pure. */
final class LocalAnswers {
    private LocalAnswers() {}

    /** The answer to a read of the key at the newest revision; {@code entry} is null when the key is not there. */
    static GetResult get(@Nullable KeyValue entry, GetOptions options, Header header) {
        if (entry == null) {
            return new GetResult(header, List.of(), false, 0);
        }
        if (options.content() == GetOptions.Content.COUNT_ONLY || !passes(entry, options.filter())) {
            return new GetResult(header, List.of(), false, 1);
        }
        KeyValue told = options.content() == GetOptions.Content.KEYS_ONLY ? withoutValue(entry) : entry;
        return new GetResult(header, List.of(told), false, 1);
    }

    private static KeyValue withoutValue(KeyValue entry) {
        return new KeyValue(
                entry.key(),
                ByteSequence.EMPTY,
                entry.createRevision(),
                entry.modRevision(),
                entry.version(),
                entry.leaseId());
    }

    private static boolean passes(KeyValue entry, GetOptions.RevisionFilter filter) {
        return isWithin(entry.modRevision(), filter.minModRevision(), filter.maxModRevision())
                && isWithin(entry.createRevision(), filter.minCreateRevision(), filter.maxCreateRevision());
    }

    private static boolean isWithin(long revision, long min, long max) {
        return (min == 0 || revision >= min) && (max == 0 || revision <= max);
    }

    /** Whether a condition about the key holds: all numbers of a key that is not there are 0, and it has no value. */
    static boolean holds(Compare condition, @Nullable KeyValue entry) {
        if (condition.operand() instanceof Compare.Operand.OfValue value) {
            return entry != null && stands(entry.value().compareTo(value.value()), condition.relation());
        }
        Compare.Operand.OfNumber operand = (Compare.Operand.OfNumber) condition.operand();
        long number = entry == null ? 0 : number(entry, operand.property());
        return stands(Long.compare(number, operand.value()), condition.relation());
    }

    private static long number(KeyValue entry, Compare.Property property) {
        return switch (property) {
            case VERSION -> entry.version();
            case CREATE_REVISION -> entry.createRevision();
            case MOD_REVISION -> entry.modRevision();
            case LEASE -> entry.leaseId();
        };
    }

    private static boolean stands(int order, Compare.Relation relation) {
        return switch (relation) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case GREATER -> order > 0;
            case LESS -> order < 0;
        };
    }
}
