package io.leasehold.cli.kv;

import io.leasehold.cli.Arguments;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import picocli.CommandLine.Option;

/** The flags of a put, on the command line and in a transaction. */
final class PutFlags {
    @Option(names = "--lease", defaultValue = "0", paramLabel = "<hex id>", description = "the lease the key ends with")
    private String lease = "0";

    @Option(names = "--prev-kv", arity = "0..1", fallbackValue = "true", description = "show the key as it was before")
    private boolean prevKv;

    @Option(names = "--ignore-value", arity = "0..1", fallbackValue = "true", description = "keep the value there is")
    boolean ignoreValue;

    @Option(names = "--ignore-lease", arity = "0..1", fallbackValue = "true", description = "keep the lease there is")
    private boolean ignoreLease;

    PutRequest.Builder request() {
        long leaseId;
        try {
            leaseId = Long.parseUnsignedLong(lease.startsWith("0x") ? lease.substring(2) : lease, 16);
        } catch (NumberFormatException e) {
            throw Arguments.bad(
                    "bad lease ID (strconv.ParseInt: parsing \"" + lease + "\": invalid syntax), expecting ID in Hex");
        }
        return PutRequest.newBuilder()
                .setLease(leaseId)
                .setPrevKv(prevKv)
                .setIgnoreValue(ignoreValue)
                .setIgnoreLease(ignoreLease);
    }
}
