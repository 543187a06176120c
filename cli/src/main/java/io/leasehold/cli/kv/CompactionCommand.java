package io.leasehold.cli.kv;

import io.leasehold.cli.Action;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.protocol.etcdserverpb.CompactionRequest;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import java.util.List;

/** {@code compaction <revision>}. */
public final class CompactionCommand implements Action {
    private final Ctl ctl;

    private final Flag<Boolean> physical;

    /** Compacts by the given root. */
    public CompactionCommand(Ctl ctl, Flags flags) {
        this.ctl = ctl;
        this.physical = flags.toggle("physical", "answer when it is done");
    }

    @Override
    public void run(List<String> arguments) {
        Arguments.count(arguments, 1, 1, "compaction command needs 1 argument");
        CompactionRequest request = CompactionRequest.newBuilder()
                .setRevision(revision(arguments.get(0)))
                .setPhysical(physical.value())
                .build();
        try (Connection connection = ctl.connect()) {
            connection.call(KVGrpc.getCompactMethod(), request);
            ctl.output().line("compacted revision " + request.getRevision());
        }
    }

    private static long revision(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new CtlException(
                    CtlException.Code.ERROR, "strconv.ParseInt: parsing " + Ctl.quoted(text) + ": invalid syntax", e);
        }
    }
}
