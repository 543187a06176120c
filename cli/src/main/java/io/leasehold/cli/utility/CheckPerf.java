package io.leasehold.cli.utility;

import io.leasehold.cli.Action;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.flags.Flags;
import io.leasehold.cli.output.Output;
import io.leasehold.cli.terminal.Progress;
import java.util.List;
import java.util.Locale;

/** {@code check perf}: whether a cluster keeps up with a load for a minute, by etcd's bounds. */
final class CheckPerf implements Action {
    private static final int SECONDS = 60;
    private static final int KEY_BYTES = 256;
    private static final int VALUE_BYTES = 1_024;
    private static final double LEAST_PART_OF_RATE = 0.9;
    private static final double SLOWEST_SECONDS = 0.5;
    private static final double DEVIATION_SECONDS = 0.1;

    private final Ctl ctl;
    private final CheckFlags flags;

    CheckPerf(Ctl ctl, Flags flags) {
        this.ctl = ctl;
        this.flags = new CheckFlags(
                flags, "s, m, l or xl: 150, 1000, 8000 or 15000 puts per second", "/etcdctl-check-perf/");
    }

    @Override
    public void run(List<String> arguments) {
        Load size = flags.load();
        Puts puts = flags.puts(ctl, KEY_BYTES, VALUE_BYTES);
        Puts.Plan plan = new Puts.Plan(size.clients(), size.putsPerSecond(), (long) SECONDS * size.putsPerSecond());
        Puts.Result result;
        try (Connection connection = ctl.connect();
                Progress progress = new Progress(ctl.err(), ctl.isTerminal())) {
            puts.requireEmpty(connection);
            puts.cleanWhenStopped(connection);
            result = puts.run(plan, done -> progress.tell("writing", done, plan.puts()));
            flags.clean(puts, connection);
        }
        if (!tell(result, size.putsPerSecond())) {
            ctl.output().line("FAIL");
            ctl.exitWith(CtlException.Code.ERROR.number());
        } else {
            ctl.output().line("PASS");
        }
    }

    private boolean tell(Puts.Result result, int wanted) {
        Output output = ctl.output();
        boolean well = result.tellErrors(output);
        long rate = (long) result.perSecond() + 1;
        boolean isFast = result.perSecond() / wanted > LEAST_PART_OF_RATE;
        output.line(
                isFast
                        ? "PASS: Throughput is " + rate + " writes/s"
                        : "FAIL: Throughput too low: " + rate + " writes/s");
        String slowest = String.format(Locale.ROOT, "%fs", result.slowestSeconds());
        boolean isEven = result.slowestSeconds() <= SLOWEST_SECONDS;
        output.line(isEven ? "PASS: Slowest request took " + slowest : "Slowest request took too long: " + slowest);
        String deviation = String.format(Locale.ROOT, "%fs", result.deviationSeconds());
        boolean isSteady = result.deviationSeconds() <= DEVIATION_SECONDS;
        output.line(isSteady ? "PASS: Stddev is " + deviation : "Stddev too high: " + deviation);
        return well && isFast && isEven && isSteady;
    }
}
