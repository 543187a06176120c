package io.leasehold.cli.kv;

import io.leasehold.cli.Arguments;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest.SortOrder;
import io.leasehold.protocol.etcdserverpb.RangeRequest.SortTarget;
import java.util.List;
import java.util.Locale;

/** The flags of a get, on the command line and in a transaction. */
final class GetFlags {
    private final RangeFlags range;

    private final Flag<String> consistency;
    private final Flag<String> order;
    private final Flag<String> sortBy;
    private final Flag<Long> limit;
    private final Flag<Long> revision;
    final Flag<Boolean> keysOnly;
    final Flag<Boolean> countOnly;
    final Flag<Boolean> valueOnly;
    private final Flag<Long> minCreate;
    private final Flag<Long> maxCreate;
    private final Flag<Long> minMod;
    private final Flag<Long> maxMod;

    /** Declares them. */
    GetFlags(Flags flags) {
        range = new RangeFlags(flags);
        consistency = flags.text("consistency", "text", "l", "l: linearizable, s: serializable");
        order = flags.text("order", "text", "ASCEND or DESCEND");
        sortBy = flags.text("sort-by", "text", "CREATE, KEY, MODIFY, VALUE or VERSION");
        limit = flags.number("limit", "n", 0, "most results");
        revision = flags.number("rev", "n", 0, "revision to read at");
        keysOnly = flags.toggle("keys-only", "leave the values out");
        countOnly = flags.toggle("count-only", "the count alone");
        valueOnly = flags.toggle("print-value-only", "leave the keys out");
        minCreate = flags.number("min-create-rev", "n", 0, "lowest create revision");
        maxCreate = flags.number("max-create-rev", "n", 0, "highest create revision");
        minMod = flags.number("min-mod-rev", "n", 0, "lowest modification revision");
        maxMod = flags.number("max-mod-rev", "n", 0, "highest modification revision");
    }

    RangeRequest request(List<String> arguments) {
        Arguments.count(
                arguments,
                1,
                Integer.MAX_VALUE,
                "get command needs one argument as key and an optional argument as range_end");
        RangeFlags.Keys keys = range.keys(arguments);
        return RangeRequest.newBuilder()
                .setKey(keys.key())
                .setRangeEnd(keys.end())
                .setSerializable(serializable())
                .setSortOrder(sortOrder())
                .setSortTarget(sortTarget())
                .setLimit(limit.value())
                .setRevision(revision.value())
                .setKeysOnly(keysOnly.value())
                .setCountOnly(countOnly.value())
                .setMinCreateRevision(minCreate.value())
                .setMaxCreateRevision(maxCreate.value())
                .setMinModRevision(minMod.value())
                .setMaxModRevision(maxMod.value())
                .build();
    }

    private boolean serializable() {
        return switch (consistency.value()) {
            case "l" -> false;
            case "s" -> true;
            default -> throw feature("unknown consistency flag " + quoted(consistency.value()));
        };
    }

    private SortOrder sortOrder() {
        return switch (order.value().toUpperCase(Locale.ROOT)) {
            // A target without an order sorts upwards; without a target there is nothing to sort.
            case "" -> sortBy.value().isEmpty() || sortTarget() == SortTarget.KEY ? SortOrder.NONE : SortOrder.ASCEND;
            case "ASCEND" -> sortTarget() == SortTarget.KEY ? SortOrder.NONE : SortOrder.ASCEND;
            case "DESCEND" -> SortOrder.DESCEND;
            default -> throw feature("bad sort order " + order.value());
        };
    }

    private SortTarget sortTarget() {
        return switch (sortBy.value().toUpperCase(Locale.ROOT)) {
            case "", "KEY" -> SortTarget.KEY;
            case "CREATE" -> SortTarget.CREATE;
            case "MODIFY" -> SortTarget.MOD;
            case "VALUE" -> SortTarget.VALUE;
            case "VERSION" -> SortTarget.VERSION;
            default -> throw feature("bad sort target " + sortBy.value());
        };
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    private static CtlException feature(String sentence) {
        return new CtlException(CtlException.Code.BAD_FEATURE, sentence);
    }
}
