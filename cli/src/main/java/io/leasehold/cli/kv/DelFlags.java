package io.leasehold.cli.kv;

import io.leasehold.cli.Arguments;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of a deletion, on the command line and in a transaction. */
final class DelFlags {
    @Mixin
    private RangeFlags range = new RangeFlags();

    @Option(names = "--prev-kv", arity = "0..1", fallbackValue = "true", description = "show what was deleted")
    private boolean prevKv;

    @Option(names = "--range", arity = "0..1", fallbackValue = "true", description = "yes, a range is meant")
    private boolean rangeMeant;

    DeleteRangeRequest request(List<String> arguments) {
        Arguments.count(arguments, 1, 2, "del command needs one argument as key and an optional argument as range_end");
        RangeFlags.Keys keys = range.keys(arguments);
        return DeleteRangeRequest.newBuilder()
                .setKey(keys.key())
                .setRangeEnd(keys.end())
                .setPrevKv(prevKv)
                .build();
    }

    boolean isRangeMeant() {
        return rangeMeant;
    }
}
