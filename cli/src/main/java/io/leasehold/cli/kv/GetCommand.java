package io.leasehold.cli.kv;

import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.output.Output;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code get <key> [range_end]}. */
@Command(
        name = "get",
        description = "show a key or a range of keys",
        footer = {
            "",
            "  leaseholdctl get greeting",
            "  leaseholdctl get --prefix services/",
            "  leaseholdctl get --prefix --keys-only ''",
            "  leaseholdctl get greeting --rev=4 -w json"
        })
public final class GetCommand implements Runnable {
    private final Ctl ctl;

    @Mixin
    private GetFlags flags = new GetFlags();

    @Option(
            names = "--fail-missing",
            arity = "0..1",
            fallbackValue = "true",
            description = "exit with 1 when there is no such key")
    private boolean failMissing;

    @Parameters(paramLabel = "<key> [end]")
    private List<String> arguments = new ArrayList<>();

    /** Gets by the given root. */
    public GetCommand(Ctl ctl) {
        this.ctl = ctl;
    }

    @Override
    public void run() {
        Output output = ctl.output();
        RangeRequest request = flags.request(arguments);
        if (flags.valueOnly && output.format() != Output.Format.SIMPLE) {
            throw Arguments.bad("print-value-only is only for `--write-out=simple`");
        }
        if (flags.countOnly && output.format() != Output.Format.FIELDS) {
            throw Arguments.bad("--count-only is only for `--write-out=fields`");
        }
        if (flags.keysOnly && flags.countOnly) {
            throw Arguments.bad("`--keys-only` and `--count-only` cannot be set at the same time, choose one");
        }
        try (Connection connection = ctl.connect()) {
            RangeResponse response = connection.call(KVGrpc.getRangeMethod(), request);
            output.print(new GetAnswer(response, flags.valueOnly));
            if (failMissing && response.getKvsCount() == 0 && response.getCount() == 0) {
                throw new CtlException(CtlException.Code.ERROR, "no such key");
            }
        }
    }
}
