package io.leasehold.client.kv;

import io.leasehold.protocol.ByteSequence;

/**
 * A condition of a transaction, such as {@code Compare.version(key).equalTo(0)}: the key is not there. Over a range it
 * must hold for every key of the range, and holds when there is none.
 *
 * @param range the key or keys
 * @param operand what is compared with
 */
public record Compare(KeyRange range, Relation relation, Operand operand) {
    /** How the key's side stands to the operand. */
    public enum Relation {
        EQUAL,
        GREATER,
        LESS,
        NOT_EQUAL
    }

    /** What a key is compared by. */
    public enum Property {
        /** 0 when the key is not there. */
        VERSION,
        /** 0 when the key is not there. */
        CREATE_REVISION,
        /** 0 when the key is not there. */
        MOD_REVISION,
        /** 0 when it hangs on none. */
        LEASE
    }

    /** What is compared with. */
    public sealed interface Operand {
        /** A number of the key. */
        record OfNumber(Property property, long value) implements Operand {}

        /** The key's value, which is compared byte by byte; a key that is not there never compares as true. */
        record OfValue(ByteSequence value) implements Operand {}
    }

    /** Begins a comparison of the key's version. */
    public static NumberCompare version(ByteSequence key) {
        return version(KeyRange.single(key));
    }

    /** Begins a comparison of the version of each key of a range. */
    public static NumberCompare version(KeyRange range) {
        return new NumberCompare(range, Property.VERSION);
    }

    /** Begins a comparison of the key's create revision. */
    public static NumberCompare createRevision(ByteSequence key) {
        return createRevision(KeyRange.single(key));
    }

    /** Begins a comparison of the create revision of each key of a range. */
    public static NumberCompare createRevision(KeyRange range) {
        return new NumberCompare(range, Property.CREATE_REVISION);
    }

    /** Begins a comparison of the key's mod revision. */
    public static NumberCompare modRevision(ByteSequence key) {
        return modRevision(KeyRange.single(key));
    }

    /** Begins a comparison of the mod revision of each key of a range. */
    public static NumberCompare modRevision(KeyRange range) {
        return new NumberCompare(range, Property.MOD_REVISION);
    }

    /** Begins a comparison of the lease the key hangs on. */
    public static NumberCompare lease(ByteSequence key) {
        return lease(KeyRange.single(key));
    }

    /** Begins a comparison of the lease of each key of a range. */
    public static NumberCompare lease(KeyRange range) {
        return new NumberCompare(range, Property.LEASE);
    }

    /** Begins a comparison of the key's value. */
    public static ValueCompare value(ByteSequence key) {
        return value(KeyRange.single(key));
    }

    /** Begins a comparison of the value of each key of a range. */
    public static ValueCompare value(KeyRange range) {
        return new ValueCompare(range);
    }

    /** The key is there. */
    public static Compare exists(ByteSequence key) {
        return version(key).greaterThan(0);
    }

    /** The key is not there. */
    public static Compare absent(ByteSequence key) {
        return version(key).equalTo(0);
    }

    /** A comparison of numbers that waits for its relation. */
    public record NumberCompare(KeyRange range, Property property) {
        public Compare equalTo(long value) {
            return with(Relation.EQUAL, value);
        }

        public Compare notEqualTo(long value) {
            return with(Relation.NOT_EQUAL, value);
        }

        public Compare greaterThan(long value) {
            return with(Relation.GREATER, value);
        }

        public Compare lessThan(long value) {
            return with(Relation.LESS, value);
        }

        private Compare with(Relation relation, long value) {
            return new Compare(range, relation, new Operand.OfNumber(property, value));
        }
    }

    /** A comparison of values that waits for its relation. */
    public record ValueCompare(KeyRange range) {
        public Compare equalTo(ByteSequence value) {
            return with(Relation.EQUAL, value);
        }

        public Compare notEqualTo(ByteSequence value) {
            return with(Relation.NOT_EQUAL, value);
        }

        public Compare greaterThan(ByteSequence value) {
            return with(Relation.GREATER, value);
        }

        public Compare lessThan(ByteSequence value) {
            return with(Relation.LESS, value);
        }

        private Compare with(Relation relation, ByteSequence value) {
            return new Compare(range, relation, new Operand.OfValue(value));
        }
    }
}
