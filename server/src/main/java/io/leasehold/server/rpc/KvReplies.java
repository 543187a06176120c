package io.leasehold.server.rpc;

import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.statemachine.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answers of the KV service, written straight from the store's records. The numbers are the fields' in rpc.proto. */
final class KvReplies {
    private KvReplies() {}

    /** {@code PutResponse}. */
    static WireMessage put(Header header, Outcome.Written written) {
        return new Put(header, written.previous());
    }

    /** {@code DeleteRangeResponse}. */
    static WireMessage deleteRange(Header header, Outcome.Deleted deleted) {
        return new DeleteRange(header, deleted);
    }

    /** {@code RangeResponse}. */
    static WireMessage range(Header header, Outcome.Ranged ranged) {
        return new Range(header, ranged.records(), ranged.keysOnly(), ranged.more(), ranged.count());
    }

    /** A piece of a {@code RangeResponse}; the pieces merged are the whole. */
    static WireMessage rangePiece(
            @Nullable Header header, List<KeyValueRecord> records, boolean keysOnly, boolean more, long count) {
        return new StreamPiece(new Range(header, records, keysOnly, more, count));
    }

    /** {@code TxnResponse}. */
    static WireMessage txn(Header header, Outcome.TxnDone done) {
        // A loop, as in all code that goes down nested transactions: a stream takes six frames of the stack for each.
        List<Op> ops = new ArrayList<>(done.results().size());
        for (Outcome.OpResult result : done.results()) {
            ops.add(op(result));
        }
        return new Txn(header, done.succeeded(), ops);
    }

    private static Op op(Outcome.OpResult result) {
        return switch (result) {
            case Outcome.Ranged ranged -> new Op(1, range(Header.inner(ranged.revision()), ranged));
            case Outcome.Written written -> new Op(2, put(Header.inner(written.revision()), written));
            case Outcome.Deleted deleted -> new Op(3, deleteRange(Header.inner(deleted.revision()), deleted));
            case Outcome.TxnDone done -> new Op(4, txn(Header.EMPTY, done));
        };
    }

    private record Put(Header header, @Nullable KeyValueRecord previous) implements WireMessage {
        @Override
        public int encodedLength() {
            return WireOutput.lengthOf(header)
                    + (previous == null ? 0 : WireOutput.nestedLength(previous.encodedLength()));
        }

        @Override
        public void writeTo(WireOutput out) {
            out.message(1, header);
            if (previous != null) {
                out.record(2, previous, false);
            }
        }
    }

    private static final class DeleteRange implements WireMessage {
        private final Header header;
        private final Outcome.Deleted deleted;
        private final int encodedLength;

        DeleteRange(Header header, Outcome.Deleted deleted) {
            this.header = header;
            this.deleted = deleted;
            this.encodedLength = WireOutput.lengthOf(header)
                    + WireOutput.lengthOf(deleted.deleted())
                    + recordsLength(deleted.previous(), false);
        }

        @Override
        public int encodedLength() {
            return encodedLength;
        }

        @Override
        public void writeTo(WireOutput out) {
            out.message(1, header);
            out.varint(2, deleted.deleted());
            deleted.previous().forEach(record -> out.record(3, record, false));
        }
    }

    private static final class Range implements WireMessage {
        private final @Nullable Header header;
        private final List<KeyValueRecord> records;
        private final boolean keysOnly;
        private final boolean more;
        private final long count;
        private final int encodedLength;

        Range(@Nullable Header header, List<KeyValueRecord> records, boolean keysOnly, boolean more, long count) {
            this.header = header;
            this.records = records;
            this.keysOnly = keysOnly;
            this.more = more;
            this.count = count;
            this.encodedLength = (header == null ? 0 : WireOutput.lengthOf(header))
                    + recordsLength(records, keysOnly)
                    + WireOutput.lengthOf(more)
                    + WireOutput.lengthOf(count);
        }

        @Override
        public int encodedLength() {
            return encodedLength;
        }

        @Override
        public void writeTo(WireOutput out) {
            if (header != null) {
                out.message(1, header);
            }
            for (KeyValueRecord record : records) {
                out.record(2, record, keysOnly);
            }
            out.bool(3, more);
            out.varint(4, count);
        }
    }

    /** {@code RangeStreamResponse}. */
    private record StreamPiece(Range range) implements WireMessage {
        @Override
        public int encodedLength() {
            return WireOutput.lengthOf(range);
        }

        @Override
        public void writeTo(WireOutput out) {
            out.message(1, range);
        }
    }

    private static final class Txn implements WireMessage {
        private final Header header;
        private final boolean succeeded;
        private final List<Op> ops;
        private final int encodedLength;

        Txn(Header header, boolean succeeded, List<Op> ops) {
            this.header = header;
            this.succeeded = succeeded;
            this.ops = ops;
            int length = WireOutput.lengthOf(header) + WireOutput.lengthOf(succeeded);
            for (Op op : ops) {
                length = Math.addExact(length, WireOutput.lengthOf(op));
            }
            this.encodedLength = length;
        }

        @Override
        public int encodedLength() {
            return encodedLength;
        }

        @Override
        public void writeTo(WireOutput out) {
            out.message(1, header);
            out.bool(2, succeeded);
            ops.forEach(op -> out.message(3, op));
        }
    }

    /** {@code ResponseOp}: one answer, in the field of its kind. */
    private record Op(int field, WireMessage reply) implements WireMessage {
        @Override
        public int encodedLength() {
            return WireOutput.lengthOf(reply);
        }

        @Override
        public void writeTo(WireOutput out) {
            out.message(field, reply);
        }
    }

    /** ArithmeticException when an answer does not fit into the 2 GiB a message may have. */
    private static int recordsLength(List<KeyValueRecord> records, boolean keysOnly) {
        int length = 0;
        for (KeyValueRecord record : records) {
            int body = keysOnly ? record.encodedLengthWithoutValue() : record.encodedLength();
            length = Math.addExact(length, WireOutput.nestedLength(body));
        }
        return length;
    }
}
