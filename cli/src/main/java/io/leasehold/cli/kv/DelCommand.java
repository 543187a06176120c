package io.leasehold.cli.kv;

import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code del <key> [range_end]}. */
@Command(
        name = "del",
        description = "delete a key or a range of keys",
        footer = {"", "  leaseholdctl del greeting", "  leaseholdctl del --prefix services/old/"})
public final class DelCommand implements Runnable {
    private final Ctl ctl;

    @Mixin
    private DelFlags flags = new DelFlags();

    @Parameters(paramLabel = "<key> [end]")
    private List<String> arguments = new ArrayList<>();

    /** Deletes by the given root. */
    public DelCommand(Ctl ctl) {
        this.ctl = ctl;
    }

    @Override
    public void run() {
        DeleteRangeRequest request = flags.request(arguments);
        if (arguments.size() > 1 && !flags.isRangeMeant()) {
            ctl.err()
                    .println("Warning: the keys from the first argument to before the second are deleted; two keys"
                            + " take two commands (--range says that this is meant)");
        }
        try (Connection connection = ctl.connect()) {
            ctl.output().print(new DelAnswer(connection.call(KVGrpc.getDeleteRangeMethod(), request)));
        }
    }
}
