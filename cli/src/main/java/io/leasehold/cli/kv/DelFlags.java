package io.leasehold.cli.kv;

import io.leasehold.cli.Arguments;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import java.util.List;

/** The flags of a deletion, on the command line and in a transaction. */
final class DelFlags {
    private final RangeFlags range;

    private final Flag<Boolean> prevKv;
    private final Flag<Boolean> rangeMeant;

    /** Declares them. */
    DelFlags(Flags flags) {
        range = new RangeFlags(flags);
        prevKv = flags.toggle("prev-kv", "show what was deleted");
        rangeMeant = flags.toggle("range", "yes, a range is meant");
    }

    DeleteRangeRequest request(List<String> arguments) {
        Arguments.count(arguments, 1, 2, "del command needs one argument as key and an optional argument as range_end");
        RangeFlags.Keys keys = range.keys(arguments);
        return DeleteRangeRequest.newBuilder()
                .setKey(keys.key())
                .setRangeEnd(keys.end())
                .setPrevKv(prevKv.value())
                .build();
    }

    boolean isRangeMeant() {
        return rangeMeant.value();
    }
}
