package io.leasehold.cli.kv;

import io.leasehold.cli.Action;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.flags.Flags;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import java.util.List;

/** {@code del <key> [range_end]}. */
public final class DelCommand implements Action {
    private final Ctl ctl;

    private final DelFlags flags;

    /** Deletes by the given root. */
    public DelCommand(Ctl ctl, Flags flags) {
        this.ctl = ctl;
        this.flags = new DelFlags(flags);
    }

    @Override
    public void run(List<String> arguments) {
        DeleteRangeRequest request = flags.request(arguments);
        if (arguments.size() > 1 && !flags.isRangeMeant()) {
            ctl.err()
                    .println("Warning: the keys from the first argument to before the second are deleted; two keys"
                            + " take two commands (--range says that this is meant)");
        }
        ctl.ask(KVGrpc.getDeleteRangeMethod(), request, DelAnswer::new);
    }
}
