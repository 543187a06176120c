package io.leasehold.cli.local;

import io.leasehold.cli.output.GoText;
import io.leasehold.cli.terminal.Screen.Style;
import io.leasehold.protocol.etcdserverpb.StatusResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** A picture as lines. Pure functions. */
final class PictureText {
    private static final List<String> HEADS =
            List.of("NAME", "STATE", "CLIENT URL", "PID", "REVISION", "INDEX", "DB SIZE");

    /** Columns of numbers, which end under each other. */
    private static final int FIRST_NUMBER = 3;

    /** Columns that have the colour of the member's condition. */
    private static final int STATE = 1;

    private static final int EVENTS_MIN = 3;

    private PictureText() {}

    /** What fills a screen: at most so many lines. */
    static List<String> screen(Picture picture, int height, Style style) {
        List<String> lines = new ArrayList<>();
        lines.add(" " + title(picture, style) + style.dim("   Ctrl-C ends all"));
        lines.add("");
        lines.addAll(table(picture, style));
        lines.add("");
        lines.addAll(hints(picture, style));
        int room = Math.max(EVENTS_MIN, height - lines.size() - 3);
        List<Picture.Event> events = picture.events();
        if (!events.isEmpty()) {
            lines.add("");
            for (Picture.Event event : events.subList(Math.max(0, events.size() - room), events.size())) {
                lines.add("   " + line(event, style));
            }
        }
        return lines.size() < height ? lines : lines.subList(0, Math.max(1, height - 1));
    }

    /** What {@code status} tells. */
    static List<String> status(Picture picture, Style style) {
        List<String> lines = new ArrayList<>();
        lines.add(title(picture, style));
        lines.addAll(table(picture, style));
        return lines;
    }

    static String line(Picture.Event event, Style style) {
        return style.dim(event.time()) + "  " + event.text();
    }

    private static String title(Picture picture, Style style) {
        int count = picture.members().size();
        String leader = picture.leader()
                .map(member -> member.name() + " leads (term " + Picture.term(member) + ")")
                .orElse("nobody leads");
        return style.bold("Leasehold") + ": " + count + (count == 1 ? " member, " : " members, ")
                + (picture.leader().isPresent() ? style.green(leader) : style.yellow(leader)) + ", revision "
                + picture.revision();
    }

    private static List<String> table(Picture picture, Style style) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADS);
        picture.members()
                .forEach(member -> rows.add(cells(member, picture.cluster().secure())));
        int[] widths = new int[HEADS.size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add(style.dim("   " + String.join("  ", padded(HEADS, widths))));
        for (Picture.Member member : picture.members()) {
            List<String> cells = padded(cells(member, picture.cluster().secure()), widths);
            cells.set(STATE, member.condition().in(style, cells.get(STATE)));
            String sign = member.condition().in(style, member.condition().sign());
            lines.add(" " + sign + " " + String.join("  ", cells).stripTrailing());
        }
        return lines;
    }

    private static List<String> cells(Picture.Member member, boolean secure) {
        return List.of(
                member.name(),
                member.condition().words(),
                member.spec().clientUrl(secure),
                member.pid().map(String::valueOf).orElse(""),
                number(member.status(), status -> status.getHeader().getRevision()),
                number(member.status(), StatusResponse::getRaftIndex),
                member.status().map(status -> GoText.size(status.getDbSize())).orElse(""));
    }

    private static String number(Optional<StatusResponse> status, ToLongFunction<StatusResponse> field) {
        return status.map(it -> Long.toString(field.applyAsLong(it))).orElse("");
    }

    private static List<String> padded(List<String> cells, int[] widths) {
        List<String> padded = new ArrayList<>();
        for (int column = 0; column < widths.length; column++) {
            String gap = " ".repeat(widths[column] - cells.get(column).length());
            padded.add(column < FIRST_NUMBER ? cells.get(column) + gap : gap + cells.get(column));
        }
        return padded;
    }

    /** Where things are, and what to type. */
    private static List<String> hints(Picture picture, Style style) {
        String victim = picture.leader()
                .or(() -> picture.members().stream().findFirst())
                .map(Picture.Member::name)
                .orElse("NAME");
        return List.of(
                style.dim("   endpoints  ") + picture.cluster().endpoints(),
                style.dim("   logs       ") + picture.directory().resolve(ClusterDirectory.LOGS) + "/<name>.log",
                style.dim("   try        ") + "leaseholdctl " + flags(picture.cluster()) + " put greeting hello",
                style.dim("              ") + "leasehold cluster kill " + victim
                        + style.dim("   (or stop, start, restart, add)"));
    }

    /** What {@code leaseholdctl} needs to reach the first member. */
    private static String flags(LocalCluster cluster) {
        MemberSpec first = cluster.members().get(0);
        return cluster.secure()
                ? "--endpoints=" + first.clientUrl(true) + " --insecure-skip-tls-verify"
                : "--endpoints=127.0.0.1:" + first.clientPort();
    }
}
