package io.leasehold.cli.utility;

import io.leasehold.cli.CtlException;
import java.util.List;

/**
 * The four sizes of load that checks know, by etcd's names.
 *
 * @param clients that write at the same time
 * @param putsPerSecond of {@code check perf}
 * @param keys of {@code check datascale}
 */
record Load(int clients, int putsPerSecond, int keys) {
    static final List<String> NAMES = List.of("s", "m", "l", "xl");

    static Load of(String name) {
        return switch (name) {
            case "s", "small" -> new Load(50, 150, 10_000);
            case "m", "medium" -> new Load(200, 1_000, 100_000);
            case "l", "large" -> new Load(500, 8_000, 1_000_000);
            case "xl", "xLarge" -> new Load(1_000, 15_000, 3_000_000);
            default -> throw new CtlException(CtlException.Code.BAD_FEATURE, "unknown load option " + name);
        };
    }
}
