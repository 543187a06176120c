package io.leasehold.cli.utility;

import io.leasehold.cli.Action;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
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
    private final CheckFlags flags;

    CheckDatascale(Ctl ctl, Flags flags) {
        this.ctl = ctl;
        this.flags = new CheckFlags(
                flags, "s, m, l or xl: 10000, 100000, a million or three million keys", "/etcdctl-check-datascale/");
    }

    @Override
    public void run(List<String> arguments) {
        Load size = flags.load();
        Puts puts = flags.puts(ctl, KEY_BYTES, VALUE_BYTES);
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
            flags.clean(puts, connection);
            if (!result.tellErrors(ctl.output())) {
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
