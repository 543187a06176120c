package io.leasehold.cli.kv;

import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.protocol.etcdserverpb.CompactionRequest;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code compaction <revision>}. */
@Command(
        name = "compaction",
        description = "give up the history before a revision",
        footer = {"", "  leaseholdctl compaction 1234"})
public final class CompactionCommand implements Runnable {
    private final Ctl ctl;

    @Option(names = "--physical", arity = "0..1", fallbackValue = "true", description = "answer when it is done")
    private boolean physical;

    @Parameters(paramLabel = "<revision>")
    private List<String> arguments = new ArrayList<>();

    /** Compacts by the given root. */
    public CompactionCommand(Ctl ctl) {
        this.ctl = ctl;
    }

    @Override
    public void run() {
        Arguments.count(arguments, 1, 1, "compaction command needs 1 argument");
        CompactionRequest request = CompactionRequest.newBuilder()
                .setRevision(Arguments.number(arguments.get(0), "revision"))
                .setPhysical(physical)
                .build();
        try (Connection connection = ctl.connect()) {
            connection.call(KVGrpc.getCompactMethod(), request);
            ctl.output().line("compacted revision " + request.getRevision());
        }
    }
}
