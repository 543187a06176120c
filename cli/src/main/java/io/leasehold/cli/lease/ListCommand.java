package io.leasehold.cli.lease;

import com.google.protobuf.ByteString;
import io.leasehold.cli.Action;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.cli.output.Output;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseLeasesRequest;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * {@code lease list}: alone what etcdctl prints; with any flag of its own a list with times and keys, filtered, sorted and
 * page by page.
 */
final class ListCommand implements Action {
    private final Ctl ctl;
    private final Flag<Boolean> ttl;
    private final Flag<Boolean> keys;
    private final Flag<String> prefix;
    private final Flag<String> minLeft;
    private final Flag<String> maxLeft;
    private final Flag<String> sort;
    private final Flag<Long> limit;
    private final Flag<Long> page;

    ListCommand(Ctl ctl, Flags flags) {
        this.ctl = ctl;
        ttl = flags.toggle("ttl", "show time left, TTL and number of keys");
        keys = flags.toggle("keys", "show the keys as well");
        prefix = flags.text("key-prefix", "prefix", "only leases with a key that begins with this");
        minLeft = flags.text("min-left", "duration", "only leases with at least so much time left");
        maxLeft = flags.text("max-left", "duration", "only leases with at most so much time left");
        sort = flags.text("sort", "by", "left", "id, left, ttl or keys").choices("id", "left", "ttl", "keys");
        limit = flags.number("limit", "n", 0, "leases in a page");
        page = flags.number("page", "n", 1, "which page, with --limit");
    }

    @Override
    public void run(List<String> arguments) {
        Output output = ctl.output();
        boolean plain = !ttl.value()
                && List.of(keys, prefix, minLeft, maxLeft, sort, limit, page).stream()
                        .noneMatch(Flag::isGiven);
        try (Connection connection = ctl.connect()) {
            if (plain) {
                output.print(new LeaseAnswers.Listed(LeaseCommands.attempt(
                        "",
                        CtlException.Code.BAD_CONNECTION,
                        () -> connection.callWithoutDeadline(
                                LeaseGrpc.getLeaseLeasesMethod(), LeaseLeasesRequest.getDefaultInstance()))));
                return;
            }
            Comparator<LeaseRow> order = order();
            ByteString wanted = ByteString.copyFromUtf8(prefix.value());
            List<LeaseRow> rows = new LeaseSource(connection, keys.value())
                    .list(wanted).stream().filter(filter()).sorted(order).toList();
            output.print(new LeaseTable(page(rows), rows.size(), keys.value()));
        }
    }

    private List<LeaseRow> page(List<LeaseRow> rows) {
        if (limit.value() <= 0) {
            return rows;
        }
        long from = Math.min(rows.size(), Math.max(0, page.value() - 1) * limit.value());
        return rows.subList((int) from, (int) Math.min(rows.size(), from + limit.value()));
    }

    private Predicate<LeaseRow> filter() {
        long min = minLeft.isGiven() ? Arguments.duration(minLeft.value()).toMillis() : 0;
        long max = maxLeft.isGiven() ? Arguments.duration(maxLeft.value()).toMillis() : Long.MAX_VALUE;
        return row -> row.leftMillis() >= min && row.leftMillis() <= max;
    }

    private Comparator<LeaseRow> order() {
        return switch (sort.value()) {
            case "id" -> (a, b) -> Long.compareUnsigned(a.id(), b.id());
            case "left" -> LeaseRow.BY_TIME_LEFT;
            case "ttl" -> Comparator.comparingLong(LeaseRow::ttlMillis).thenComparing(LeaseRow.BY_TIME_LEFT);
            case "keys" ->
                Comparator.comparingLong(LeaseRow::keyCount).reversed().thenComparing(LeaseRow.BY_TIME_LEFT);
            default ->
                throw new CtlException(
                        CtlException.Code.BAD_FEATURE, "bad sort target " + sort.value() + ": id, left, ttl or keys");
        };
    }
}
