package io.leasehold.cli.kv;

import io.leasehold.cli.Arguments;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.protocol.etcdserverpb.PutRequest;

/** The flags of a put, on the command line and in a transaction. */
final class PutFlags {
    private final Flag<String> lease;
    private final Flag<Boolean> prevKv;
    final Flag<Boolean> ignoreValue;
    private final Flag<Boolean> ignoreLease;

    /** Declares them. */
    PutFlags(Flags flags) {
        lease = flags.text("lease", "hex id", "0", "the lease the key ends with");
        prevKv = flags.toggle("prev-kv", "show the key as it was before");
        ignoreValue = flags.toggle("ignore-value", "keep the value there is");
        ignoreLease = flags.toggle("ignore-lease", "keep the lease there is");
    }

    /** What the flags say, for so many arguments. */
    PutRequest.Builder request(int arguments) {
        if (ignoreValue.value() && arguments > 1) {
            throw Arguments.bad("put command needs only 1 argument when 'ignore-value' is set");
        }
        // etcdctl's words, which are others than those of the lease commands.
        long leaseId;
        try {
            leaseId = Arguments.hexId(lease.value(), "lease");
        } catch (CtlException e) {
            throw Arguments.bad("bad lease ID (strconv.ParseInt: parsing \"" + lease.value()
                    + "\": invalid syntax), expecting ID in Hex");
        }
        return PutRequest.newBuilder()
                .setLease(leaseId)
                .setPrevKv(prevKv.value())
                .setIgnoreValue(ignoreValue.value())
                .setIgnoreLease(ignoreLease.value());
    }
}
