package io.leasehold.statemachine;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import java.util.ArrayList;
import java.util.List;

/** The bodies of what reads and writes keys: put, delete, range and transaction, each beginning with its options. */
final class OpCodec {
    private static final int RANGE = 20;

    private static final int PREV_KV = 1;
    private static final int IGNORE_VALUE = 2;
    private static final int IGNORE_LEASE = 4;
    private static final int HAS_LEASE = 8;
    private static final int PUT_OPTIONS = PREV_KV | IGNORE_VALUE | IGNORE_LEASE | HAS_LEASE;

    private static final int SERIALIZABLE = 1;
    private static final int KEYS_ONLY = 2;
    private static final int COUNT_ONLY = 4;
    private static final int HAS_FILTERS = 8;
    private static final int RANGE_OPTIONS = SERIALIZABLE | KEYS_ONLY | COUNT_ONLY | HAS_FILTERS;

    /** Shortest op: a type, options, an empty key and an empty end. */
    private static final int OP_BYTES_MIN = 4;

    /** Shortest compare: target, operator, empty key and end, and an operand. */
    private static final int COMPARE_BYTES_MIN = 5;

    /** A nested list may claim more than follows; it is given room as its ops come. */
    private static final int OPS_INITIAL_CAPACITY_MAX = 16;

    private static final Command.SortOrder[] SORT_ORDERS = Command.SortOrder.values();
    private static final Command.SortTarget[] SORT_TARGETS = Command.SortTarget.values();
    private static final Command.CompareTarget[] COMPARE_TARGETS = Command.CompareTarget.values();
    private static final Command.CompareOperator[] COMPARE_OPERATORS = Command.CompareOperator.values();

    private OpCodec() {}

    static int length(Command.Put put) {
        return 1
                + (put.leaseId() == 0 ? 0 : Long.BYTES)
                + ByteWriter.bytesLength(put.key())
                + ByteWriter.bytesLength(put.value());
    }

    static void encode(Command.Put put, ByteWriter out) {
        out.writeByte(flag(put.prevKv(), PREV_KV)
                | flag(put.ignoreValue(), IGNORE_VALUE)
                | flag(put.ignoreLease(), IGNORE_LEASE)
                | flag(put.leaseId() != 0, HAS_LEASE));
        if (put.leaseId() != 0) {
            out.writeFixedLong(put.leaseId());
        }
        out.writeBytes(put.key());
        out.writeBytes(put.value());
    }

    static Command.Put decodePut(ByteReader in) {
        int options = readOptions(in, PUT_OPTIONS);
        long leaseId = (options & HAS_LEASE) == 0 ? 0 : in.readFixedLong();
        ByteSequence key = in.readBytes();
        ByteSequence value = in.readBytes();
        return new Command.Put(
                key,
                value,
                leaseId,
                (options & PREV_KV) != 0,
                (options & IGNORE_VALUE) != 0,
                (options & IGNORE_LEASE) != 0);
    }

    static int length(Command.DeleteRange delete) {
        return 1 + length(delete.range());
    }

    static void encode(Command.DeleteRange delete, ByteWriter out) {
        out.writeByte(flag(delete.prevKv(), PREV_KV));
        encode(delete.range(), out);
    }

    static Command.DeleteRange decodeDeleteRange(ByteReader in) {
        int options = readOptions(in, PREV_KV);
        return new Command.DeleteRange(decodeKeyRange(in), (options & PREV_KV) != 0);
    }

    static int length(Command.Txn txn) {
        int length = ByteWriter.varintLength(txn.compares().size());
        for (Command.Compare compare : txn.compares()) {
            length += 2 + length(compare.range()) + operandLength(compare);
        }
        return length + length(txn.success()) + length(txn.failure());
    }

    static void encode(Command.Txn txn, ByteWriter out) {
        out.writeVarint(txn.compares().size());
        for (Command.Compare compare : txn.compares()) {
            encode(compare, out);
        }
        encode(txn.success(), out);
        encode(txn.failure(), out);
    }

    /** Never deeper than {@code nestingLeft} levels, so that no entry overflows the stack. */
    static Command.Txn decodeTxn(ByteReader in, int nestingLeft) {
        if (nestingLeft == 0) {
            throw in.malformed("transactions nested too deep");
        }
        int count = in.readLength(COMPARE_BYTES_MIN);
        List<Command.Compare> compares = new ArrayList<>(Math.min(count, OPS_INITIAL_CAPACITY_MAX));
        for (int i = 0; i < count; i++) {
            compares.add(decodeCompare(in));
        }
        return new Command.Txn(compares, decodeOps(in, nestingLeft - 1), decodeOps(in, nestingLeft - 1));
    }

    private static int length(List<Command.Op> ops) {
        int length = ByteWriter.varintLength(ops.size());
        for (Command.Op op : ops) {
            length += 1
                    + switch (op) {
                        case Command.Put put -> length(put);
                        case Command.DeleteRange delete -> length(delete);
                        case Command.Range range -> length(range);
                        case Command.Txn txn -> length(txn);
                    };
        }
        return length;
    }

    private static void encode(List<Command.Op> ops, ByteWriter out) {
        out.writeVarint(ops.size());
        for (Command.Op op : ops) {
            switch (op) {
                case Command.Put put -> {
                    out.writeByte(CommandCodec.PUT);
                    encode(put, out);
                }
                case Command.DeleteRange delete -> {
                    out.writeByte(CommandCodec.DELETE_RANGE);
                    encode(delete, out);
                }
                case Command.Range range -> {
                    out.writeByte(RANGE);
                    encode(range, out);
                }
                case Command.Txn txn -> {
                    out.writeByte(CommandCodec.TXN);
                    encode(txn, out);
                }
            }
        }
    }

    private static List<Command.Op> decodeOps(ByteReader in, int nestingLeft) {
        int count = in.readLength(OP_BYTES_MIN);
        List<Command.Op> ops = new ArrayList<>(Math.min(count, OPS_INITIAL_CAPACITY_MAX));
        for (int i = 0; i < count; i++) {
            int type = in.readByte();
            ops.add(
                    switch (type) {
                        case CommandCodec.PUT -> decodePut(in);
                        case CommandCodec.DELETE_RANGE -> decodeDeleteRange(in);
                        case RANGE -> decodeRange(in);
                        case CommandCodec.TXN -> decodeTxn(in, nestingLeft);
                        default -> throw in.malformed("op of unknown type " + type);
                    });
        }
        return ops;
    }

    private static int length(Command.Range range) {
        int length = 3
                + length(range.range())
                + ByteWriter.signedLength(range.limit())
                + ByteWriter.signedLength(range.revision());
        if (range.hasRevisionFilter()) {
            length += ByteWriter.signedLength(range.minModRevision())
                    + ByteWriter.signedLength(range.maxModRevision())
                    + ByteWriter.signedLength(range.minCreateRevision())
                    + ByteWriter.signedLength(range.maxCreateRevision());
        }
        return length;
    }

    private static void encode(Command.Range range, ByteWriter out) {
        out.writeByte(flag(range.serializable(), SERIALIZABLE)
                | flag(range.keysOnly(), KEYS_ONLY)
                | flag(range.countOnly(), COUNT_ONLY)
                | flag(range.hasRevisionFilter(), HAS_FILTERS));
        out.writeEnum(range.sortOrder());
        out.writeEnum(range.sortTarget());
        encode(range.range(), out);
        out.writeSigned(range.limit());
        out.writeSigned(range.revision());
        if (range.hasRevisionFilter()) {
            out.writeSigned(range.minModRevision());
            out.writeSigned(range.maxModRevision());
            out.writeSigned(range.minCreateRevision());
            out.writeSigned(range.maxCreateRevision());
        }
    }

    private static Command.Range decodeRange(ByteReader in) {
        int options = readOptions(in, RANGE_OPTIONS);
        Command.SortOrder order = in.readEnum(SORT_ORDERS);
        Command.SortTarget target = in.readEnum(SORT_TARGETS);
        KeyRange range = decodeKeyRange(in);
        long limit = in.readSigned();
        long revision = in.readSigned();
        boolean filters = (options & HAS_FILTERS) != 0;
        return new Command.Range(
                range,
                limit,
                revision,
                order,
                target,
                (options & SERIALIZABLE) != 0,
                (options & KEYS_ONLY) != 0,
                (options & COUNT_ONLY) != 0,
                filters ? in.readSigned() : 0,
                filters ? in.readSigned() : 0,
                filters ? in.readSigned() : 0,
                filters ? in.readSigned() : 0);
    }

    private static int operandLength(Command.Compare compare) {
        return compare.target() == Command.CompareTarget.VALUE
                ? ByteWriter.bytesLength(compare.value())
                : ByteWriter.signedLength(compare.number());
    }

    private static void encode(Command.Compare compare, ByteWriter out) {
        out.writeEnum(compare.target());
        out.writeEnum(compare.operator());
        encode(compare.range(), out);
        if (compare.target() == Command.CompareTarget.VALUE) {
            out.writeBytes(compare.value());
        } else {
            out.writeSigned(compare.number());
        }
    }

    private static Command.Compare decodeCompare(ByteReader in) {
        Command.CompareTarget target = in.readEnum(COMPARE_TARGETS);
        Command.CompareOperator operator = in.readEnum(COMPARE_OPERATORS);
        KeyRange range = decodeKeyRange(in);
        return target == Command.CompareTarget.VALUE
                ? Command.Compare.value(range, operator, in.readBytes())
                : Command.Compare.number(range, target, operator, in.readSigned());
    }

    private static int length(KeyRange range) {
        return ByteWriter.bytesLength(range.key()) + ByteWriter.bytesLength(range.end());
    }

    private static void encode(KeyRange range, ByteWriter out) {
        out.writeBytes(range.key());
        out.writeBytes(range.end());
    }

    private static KeyRange decodeKeyRange(ByteReader in) {
        ByteSequence key = in.readBytes();
        return KeyRange.of(key, in.readBytes());
    }

    private static int flag(boolean set, int bit) {
        return set ? bit : 0;
    }

    private static int readOptions(ByteReader in, int known) {
        int options = in.readByte();
        if ((options & ~known) != 0) {
            throw in.malformed("options " + options);
        }
        return options;
    }
}
