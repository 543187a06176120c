package io.leasehold.cli.kv;

import io.leasehold.cli.Arguments;
import io.leasehold.cli.CtlException;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest.SortOrder;
import io.leasehold.protocol.etcdserverpb.RangeRequest.SortTarget;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of a get, on the command line and in a transaction. */
final class GetFlags {
    @Mixin
    private RangeFlags range = new RangeFlags();

    @Option(names = "--consistency", defaultValue = "l", description = "l: linearizable, s: serializable")
    private String consistency = "l";

    @Option(names = "--order", defaultValue = "", description = "ASCEND or DESCEND")
    private String order = "";

    @Option(names = "--sort-by", defaultValue = "", description = "CREATE, KEY, MODIFY, VALUE or VERSION")
    private String sortBy = "";

    @Option(names = "--limit", defaultValue = "0", description = "most results")
    private long limit;

    @Option(names = "--rev", defaultValue = "0", description = "revision to read at")
    private long revision;

    @Option(names = "--keys-only", arity = "0..1", fallbackValue = "true", description = "leave the values out")
    boolean keysOnly;

    @Option(names = "--count-only", arity = "0..1", fallbackValue = "true", description = "the count alone")
    boolean countOnly;

    @Option(names = "--print-value-only", arity = "0..1", fallbackValue = "true", description = "leave the keys out")
    boolean valueOnly;

    @Option(names = "--min-create-rev", defaultValue = "0", description = "lowest create revision")
    private long minCreate;

    @Option(names = "--max-create-rev", defaultValue = "0", description = "highest create revision")
    private long maxCreate;

    @Option(names = "--min-mod-rev", defaultValue = "0", description = "lowest modification revision")
    private long minMod;

    @Option(names = "--max-mod-rev", defaultValue = "0", description = "highest modification revision")
    private long maxMod;

    RangeRequest request(List<String> arguments) {
        Arguments.count(arguments, 1, 2, "get command needs one argument as key and an optional argument as range_end");
        RangeFlags.Keys keys = range.keys(arguments);
        return RangeRequest.newBuilder()
                .setKey(keys.key())
                .setRangeEnd(keys.end())
                .setSerializable(serializable())
                .setSortOrder(sortOrder())
                .setSortTarget(sortTarget())
                .setLimit(limit)
                .setRevision(revision)
                .setKeysOnly(keysOnly)
                .setCountOnly(countOnly)
                .setMinCreateRevision(minCreate)
                .setMaxCreateRevision(maxCreate)
                .setMinModRevision(minMod)
                .setMaxModRevision(maxMod)
                .build();
    }

    private boolean serializable() {
        return switch (consistency) {
            case "l" -> false;
            case "s" -> true;
            default -> throw feature("unknown consistency flag " + quoted(consistency));
        };
    }

    private SortOrder sortOrder() {
        return switch (order.toUpperCase(Locale.ROOT)) {
            // A target without an order sorts upwards; without a target there is nothing to sort.
            case "" -> sortBy.isEmpty() || sortTarget() == SortTarget.KEY ? SortOrder.NONE : SortOrder.ASCEND;
            case "ASCEND" -> sortTarget() == SortTarget.KEY ? SortOrder.NONE : SortOrder.ASCEND;
            case "DESCEND" -> SortOrder.DESCEND;
            default -> throw feature("bad sort order " + order);
        };
    }

    private SortTarget sortTarget() {
        return switch (sortBy.toUpperCase(Locale.ROOT)) {
            case "", "KEY" -> SortTarget.KEY;
            case "CREATE" -> SortTarget.CREATE;
            case "MODIFY" -> SortTarget.MOD;
            case "VALUE" -> SortTarget.VALUE;
            case "VERSION" -> SortTarget.VERSION;
            default -> throw feature("bad sort target " + sortBy);
        };
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    private static CtlException feature(String sentence) {
        return new CtlException(CtlException.Code.BAD_FEATURE, sentence);
    }
}
