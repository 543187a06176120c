package io.leasehold.cli.lease;

import com.google.protobuf.ByteString;
import io.leasehold.cli.Action;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.cli.output.Output;
import io.leasehold.cli.terminal.Screen;
import io.leasehold.protocol.ReadsClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * {@code lease top}: the leases that end soonest, each with a bar of what is left of it, drawn anew until q is typed. Where
 * nobody watches it is drawn once.
 */
final class TopCommand implements Action {
    private static final long PAUSE_MILLIS = 500;
    private static final int BAR_CELLS = 24;

    /** Below this a lease that nobody renews is about to end, above it there is still time for a renewal or two. */
    private static final double LOW = 0.2;

    private static final double MIDDLE = 0.5;

    private final Ctl ctl;
    private final Flag<String> prefix;
    private final Flag<Boolean> once;

    TopCommand(Ctl ctl, Flags flags) {
        this.ctl = ctl;
        prefix = flags.text("key-prefix", "prefix", "only leases with a key that begins with this");
        once = flags.toggle("once", "draw once and end");
    }

    @Override
    @ReadsClock("it is drawn anew twice a second")
    public void run(List<String> arguments) {
        Output output = ctl.output();
        ByteString wanted = ByteString.copyFromUtf8(prefix.value());
        try (Connection connection = ctl.connect()) {
            LeaseSource source = new LeaseSource(connection, true);
            if (once.value() || !ctl.isTerminal()) {
                lines(source.list(wanted), Integer.MAX_VALUE, Screen.plain()).forEach(output::line);
                return;
            }
            try (Screen screen = Screen.open(ctl.variable("NO_COLOR").isEmpty())) {
                do {
                    screen.draw(lines(source.list(wanted), screen.height(), screen.style()));
                } while (!screen.isEndTyped(PAUSE_MILLIS));
            }
        }
    }

    /** What is on the screen: at most so many lines. */
    static List<String> lines(List<LeaseRow> rows, int height, Screen.Style style) {
        List<String> lines = new ArrayList<>();
        lines.add(style.bold(rows.size() + (rows.size() == 1 ? " lease" : " leases")) + style.dim("   q ends"));
        lines.add("");
        lines.add(style.dim(String.format(
                Locale.ROOT, "%-16s  %-" + BAR_CELLS + "s  %8s  %8s  %s", "ID", "LEFT", "", "TTL", "KEYS")));
        for (LeaseRow row : rows) {
            if (lines.size() >= height - 1) {
                lines.add(style.dim("… and " + (rows.size() - lines.size() + 3) + " more"));
                break;
            }
            lines.add(line(row, style));
        }
        return lines;
    }

    private static String line(LeaseRow row, Screen.Style style) {
        int full = (int) Math.ceil(row.partLeft() * BAR_CELLS);
        String bar = "█".repeat(full) + "░".repeat(BAR_CELLS - full);
        String coloured =
                row.partLeft() < LOW ? style.red(bar) : row.partLeft() < MIDDLE ? style.yellow(bar) : style.green(bar);
        String keys =
                row.keys().isEmpty() ? "" : "  " + row.keys().get(0).toStringUtf8() + (row.keyCount() > 1 ? " …" : "");
        return String.format(
                Locale.ROOT,
                "%s  %s  %8s  %8s  %d%s",
                LeaseAnswers.id(row.id()),
                coloured,
                LeaseRow.time(row.leftMillis()),
                LeaseRow.time(row.ttlMillis()),
                row.keyCount(),
                style.dim(keys));
    }
}
