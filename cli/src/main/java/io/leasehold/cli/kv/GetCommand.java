package io.leasehold.cli.kv;

import io.leasehold.cli.Action;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.cli.output.Output;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import java.util.List;

/** {@code get <key> [range_end]}. */
public final class GetCommand implements Action {
    private final Ctl ctl;

    private final GetFlags flags;

    private final Flag<Boolean> failMissing;
    private final Flag<Boolean> showLease;

    /** Gets by the given root. */
    public GetCommand(Ctl ctl, Flags flags) {
        this.ctl = ctl;
        this.flags = new GetFlags(flags);
        this.showLease = flags.toggle("show-lease", "show the leases of keys and what is left of them");
        this.failMissing = flags.toggle("fail-missing", "exit with 1, silently, when there is no such key");
    }

    @Override
    public void run(List<String> arguments) {
        Output output = ctl.output();
        RangeRequest request = flags.request(arguments);
        if (flags.valueOnly.value() && output.format() != Output.Format.SIMPLE) {
            throw Arguments.bad("print-value-only is only for `--write-out=simple`");
        }
        if (flags.countOnly.value() && output.format() != Output.Format.FIELDS) {
            throw Arguments.bad("--count-only is only for `--write-out=fields`");
        }
        if (flags.keysOnly.value() && flags.countOnly.value()) {
            throw Arguments.bad("`--keys-only` and `--count-only` cannot be set at the same time, choose one");
        }
        try (Connection connection = ctl.connect()) {
            RangeResponse response = connection.call(KVGrpc.getRangeMethod(), request);
            if (showLease.value() && output.format() == Output.Format.SIMPLE) {
                new LeasedKeys(connection).print(response, output.simple());
            } else {
                output.print(new GetAnswer(response, flags.valueOnly.value()));
            }
            if (failMissing.value() && response.getKvsCount() == 0 && response.getCount() == 0) {
                ctl.exitWith(CtlException.Code.ERROR.number());
            }
        }
    }
}
