package io.leasehold.cli.utility;

import io.leasehold.cli.Action;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.cli.terminal.Progress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** {@code check datascale}: how much memory a server takes for so many keys of a kilobyte. */
final class CheckDatascale implements Action {
    private static final int KEY_BYTES = 512;
    private static final int VALUE_BYTES = 512;
    private static final String METRIC = "process_resident_memory_bytes ";
    private static final double BYTES_PER_MEGABYTE = 1 << 20;

    private final Ctl ctl;
    private final Flag<String> load;
    private final Flag<String> prefix;
    private final Flag<Boolean> autoCompact;
    private final Flag<Boolean> autoDefrag;

    CheckDatascale(Ctl ctl, Flags flags) {
        this.ctl = ctl;
        load = flags.text("load", "size", "s", "s, m, l or xl: 10000, 100000, a million or three million keys")
                .choices(Load.NAMES.toArray(new String[0]));
        prefix = flags.text("prefix", "prefix", "/etcdctl-check-datascale/", "where the keys go; must be empty");
        autoCompact = flags.toggle("auto-compact", "compact afterwards");
        autoDefrag = flags.toggle("auto-defrag", "defragment afterwards");
    }

    @Override
    public void run(List<String> arguments) {
        Load size = Load.of(load.value());
        Puts puts = new Puts(ctl, prefix.value(), KEY_BYTES, VALUE_BYTES);
        try (Connection connection = ctl.connect()) {
            puts.requireEmpty(connection);
            puts.cleanWhenStopped(connection);
            double before = memory("before");
            ctl.output()
                    .line("Start data scale check for work load [" + size.keys() + " key-value pairs, "
                            + (KEY_BYTES + VALUE_BYTES) + " bytes per key-value, " + size.clients()
                            + " concurrent clients].");
            Puts.Result result;
            try (Progress progress = new Progress(ctl.err(), ctl.isTerminal())) {
                result = puts.run(
                        new Puts.Plan(size.clients(), 0, size.keys()),
                        done -> progress.tell("writing", done, size.keys()));
            }
            double after = memory("after");
            puts.clean(connection, autoCompact.value(), autoDefrag.value());
            if (!result.countByError().isEmpty()) {
                ctl.output().line("FAIL: too many errors");
                result.countByError()
                        .forEach((error, count) -> ctl.output().line("FAIL: ERROR(" + error + ") -> " + count));
                ctl.exitWith(CtlException.Code.ERROR.number());
                return;
            }
            ctl.output()
                    .line(String.format(
                            Locale.ROOT,
                            "PASS: Approximate system memory used : %.2f MB.",
                            (after - before) / BYTES_PER_MEGABYTE));
        }
    }

    /** What the first endpoint's metrics say; TLS as the JVM has it, since this is HTTP. */
    private double memory(String when) {
        String endpoint = ctl.endpoints().get(0);
        URI metrics = URI.create((endpoint.contains("://") ? endpoint : "http://" + endpoint) + "/metrics");
        try (HttpClient client = HttpClient.newHttpClient()) {
            String text = client.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            OptionalDouble bytes = text.lines()
                    .filter(line -> line.startsWith(METRIC))
                    .mapToDouble(line -> Double.parseDouble(line.substring(METRIC.length())))
                    .findFirst();
            if (bytes.isPresent()) {
                return bytes.getAsDouble();
            }
        } catch (IOException e) {
            // Told below.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new CtlException(
                CtlException.Code.ERROR,
                "FAIL: Could not read process_resident_memory_bytes " + when + " the put operations.");
    }
}
