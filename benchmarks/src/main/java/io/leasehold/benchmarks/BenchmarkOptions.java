package io.leasehold.benchmarks;

import io.leasehold.interop.ServerTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * What to run.
 *
 * @param warmUpSeconds load before measuring; a JVM needs about 20 s until its figures are steady
 * @param seconds measured after that
 * @param rows names of rows, or the beginnings of names; empty means all
 * @param stormTtlSeconds TTL of the storms' leases instead of each storm's own
 */
record BenchmarkOptions(
        int warmUpSeconds,
        int seconds,
        List<String> rows,
        List<ServerTarget> targets,
        Path json,
        List<String> flags,
        OptionalInt stormTtlSeconds) {

    static final String USAGE =
            """
            usage: benchmarks/run [--warmup 20] [--seconds 10] [--rows 'put 32,txn'] [--targets etcd,leasehold]
                                  [--json benchmarks/target/results.json] [--server-flags '--x=y --z'] [--storm-ttl 120]
            Rows are chosen by the beginning of their names; without --rows all run but for the expiry storms. Those are
            chosen by their whole names, or all of them by 'storm':
            ('storm 100', 'storm 10000', 'storm 100000', 'storm 1000000', 'storm 1000x10', 'storm 100x1000',
            'storm 1x100000'). Their leases live long enough for a slow server; --storm-ttl, in seconds, shortens that.
            'restart 100000' and 'restart 1000000' time the starts of a server with so many keys.
            'three' and what follows it ('three put 256 all') chooses rows against three members.""";

    private static final List<Storm> STORMS = List.of(
            Storm.of(100, 1, 10),
            Storm.of(10_000, 1, 20),
            Storm.of(100_000, 1, 40),
            Storm.of(1_000_000, 1, 90),
            Storm.of(1_000, 10, 15),
            Storm.of(100, 1_000, 25),
            Storm.of(1, 100_000, 60));

    private static final List<Restart> RESTARTS = List.of(new Restart(100_000), new Restart(1_000_000));

    BenchmarkOptions {
        rows = List.copyOf(rows);
        targets = List.copyOf(targets);
        flags = List.copyOf(flags);
    }

    /** Throws IllegalArgumentException that says which argument is wrong. */
    static BenchmarkOptions parse(String[] args) {
        int warmUpSeconds = 20;
        int seconds = 10;
        List<String> rows = List.of();
        List<ServerTarget> targets = List.of(ServerTarget.ETCD, ServerTarget.LEASEHOLD);
        Path json = Path.of("benchmarks/target/results.json");
        List<String> flags = List.of();
        OptionalInt stormTtlSeconds = OptionalInt.empty();
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " needs a value");
            }
            String value = args[i + 1];
            switch (args[i]) {
                case "--warmup" -> warmUpSeconds = Integer.parseInt(value);
                case "--seconds" -> seconds = Integer.parseInt(value);
                case "--rows" -> rows = words(value, ",");
                case "--targets" ->
                    targets = words(value, ",").stream()
                            .map(name -> ServerTarget.valueOf(name.toUpperCase(Locale.ROOT)))
                            .toList();
                case "--json" -> json = Path.of(value);
                case "--storm-ttl" -> stormTtlSeconds = OptionalInt.of(Integer.parseInt(value));
                case "--server-flags" -> flags = words(value, " ");
                default -> throw new IllegalArgumentException("unknown argument " + args[i]);
            }
        }
        return new BenchmarkOptions(warmUpSeconds, seconds, rows, targets, json, flags, stormTtlSeconds);
    }

    List<Row> chosenRows() {
        List<Row> chosen = new ArrayList<>(Row.all());
        if (!rows.isEmpty()) {
            chosen.removeIf(row -> rows.stream().noneMatch(row.name()::startsWith));
        }
        return chosen;
    }

    /** Storms take minutes each and run only when they are named. */
    List<Storm> chosenStorms() {
        return STORMS.stream()
                .filter(storm -> rows.contains("storm") || rows.contains(storm.name()))
                .map(storm -> storm.withTtl(stormTtlSeconds.orElse(storm.ttlSeconds())))
                .toList();
    }

    /** Restarts are chosen by their whole names, or all of them by 'restart'. */
    List<Restart> chosenRestarts() {
        return RESTARTS.stream()
                .filter(restart -> rows.contains("restart") || rows.contains(restart.name()))
                .toList();
    }

    /** Rows against three members are chosen by the beginning of their names, which none of the others share. */
    List<ClusterRow> chosenClusterRows() {
        return ClusterRow.all().stream()
                .filter(row -> rows.stream().anyMatch(row.name()::startsWith))
                .toList();
    }

    private static List<String> words(String text, String separator) {
        return Arrays.stream(text.split(separator, -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
