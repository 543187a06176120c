package io.leasehold.client.kv;

import io.leasehold.client.kv.Sort.Order;
import io.leasehold.client.kv.Sort.Target;

/**
 * How to read. Immutable; each method answers a changed copy, starting from {@link #DEFAULT}: newest revision,
 * linearizable, by key, no limit.
 *
 * @param limit most keys to answer; 0 is no limit
 * @param revision store revision to read at; 0 is the newest
 * @param sort order of the answer
 * @param serializable answer from the asked member's own state, which may be old, without asking the others
 * @param content what to answer of each key
 * @param filter bounds on the revisions of the keys
 */
public record GetOptions(
        long limit, long revision, Sort sort, boolean serializable, Content content, RevisionFilter filter) {
    /** What is answered of each key. */
    public enum Content {
        KEYS_AND_VALUES,
        KEYS_ONLY,
        COUNT_ONLY
    }

    /**
     * Keys outside are left out of the answer, but counted. 0 is no bound.
     */
    public record RevisionFilter(
            long minModRevision, long maxModRevision, long minCreateRevision, long maxCreateRevision) {
        /** No bounds. */
        public static final RevisionFilter NONE = new RevisionFilter(0, 0, 0, 0);
    }

    /** Newest revision, linearizable, by key, no limit. */
    public static final GetOptions DEFAULT =
            new GetOptions(0, 0, Sort.NONE, false, Content.KEYS_AND_VALUES, RevisionFilter.NONE);

    public GetOptions {
        if (limit < 0 || revision < 0) {
            throw new IllegalArgumentException(
                    "limit " + limit + " and revision " + revision + " must not be negative");
        }
    }

    /** At most so many keys; {@link GetResult#more()} tells whether there are more. */
    public GetOptions limit(long keys) {
        return new GetOptions(keys, revision, sort, serializable, content, filter);
    }

    /** As the store was at this revision; refused with {@code COMPACTED} or {@code FUTURE_REVISION}. */
    public GetOptions atRevision(long storeRevision) {
        return new GetOptions(limit, storeRevision, sort, serializable, content, filter);
    }

    /** In this order. */
    public GetOptions sortedBy(Target target, Order order) {
        return new GetOptions(limit, revision, new Sort(target, order), serializable, content, filter);
    }

    /** From the asked member's own state. With ordering on, never older than what this client has seen. */
    public GetOptions asSerializable() {
        return new GetOptions(limit, revision, sort, true, content, filter);
    }

    /** Values are left empty. */
    public GetOptions keysOnly() {
        return new GetOptions(limit, revision, sort, serializable, Content.KEYS_ONLY, filter);
    }

    /** Only {@link GetResult#count()}. */
    public GetOptions countOnly() {
        return new GetOptions(limit, revision, sort, serializable, Content.COUNT_ONLY, filter);
    }

    /** Only keys within these revisions. */
    public GetOptions filtered(RevisionFilter bounds) {
        return new GetOptions(limit, revision, sort, serializable, content, bounds);
    }

    /** Only keys last changed at this revision or before; 0 is no bound. */
    public GetOptions maxModRevision(long bound) {
        return filtered(new RevisionFilter(
                filter.minModRevision(), bound, filter.minCreateRevision(), filter.maxCreateRevision()));
    }

    /** Only keys created at this revision or before; 0 is no bound. */
    public GetOptions maxCreateRevision(long bound) {
        return filtered(new RevisionFilter(
                filter.minModRevision(), filter.maxModRevision(), filter.minCreateRevision(), bound));
    }
}
