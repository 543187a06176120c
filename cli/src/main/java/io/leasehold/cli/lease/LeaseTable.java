package io.leasehold.cli.lease;

import com.google.protobuf.ByteString;
import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Fields;
import io.leasehold.cli.output.GoJson;
import io.leasehold.cli.output.Simple;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Leases with what is left of them, a line or a row each.
 *
 * @param total before they were cut to a page
 * @param withKeys whether each is followed by its keys
 */
record LeaseTable(List<LeaseRow> rows, int total, boolean withKeys) implements Answer {
    LeaseTable {
        rows = List.copyOf(rows);
    }

    @Override
    public void simple(Simple out) {
        out.line(
                rows.size() == total
                        ? "found " + total + " leases"
                        : "showing " + rows.size() + " of " + total + " leases");
        for (LeaseRow row : rows) {
            out.line(LeaseAnswers.id(row.id()) + ", left " + LeaseRow.time(row.leftMillis()) + ", TTL "
                    + LeaseRow.time(row.ttlMillis()) + ", keys " + row.keyCount());
            row.keys().forEach(key -> out.line("  " + key.toStringUtf8()));
        }
    }

    @Override
    public String json() {
        return rows.stream()
                .map(this::json)
                .collect(Collectors.joining(",", "{\"total\":" + total + ",\"leases\":[", "]}"));
    }

    private String json(LeaseRow row) {
        String keys = row.keys().stream()
                .map(key -> GoJson.bytes(key.toByteArray()))
                .collect(Collectors.joining(",", "[", "]"));
        return "{\"id\":" + row.id() + ",\"hex\":\"" + LeaseAnswers.id(row.id()) + "\",\"left_ms\":" + row.leftMillis()
                + ",\"ttl_ms\":" + row.ttlMillis() + ",\"key_count\":" + row.keyCount()
                + (withKeys ? ",\"keys\":" + keys : "") + "}";
    }

    @Override
    public void fields(Fields out) {
        out.line("Total", total);
        for (LeaseRow row : rows) {
            out.line("ID", row.id());
            out.line("LeftMillis", row.leftMillis());
            out.line("TTLMillis", row.ttlMillis());
            out.line("KeyCount", row.keyCount());
            row.keys().forEach(key -> out.quoted("Key", key.toByteArray()));
            out.gap();
        }
    }

    @Override
    public List<List<String>> table() {
        List<List<String>> table = new ArrayList<>();
        table.add(withKeys ? List.of("ID", "LEFT", "TTL", "KEYS", "NAMES") : List.of("ID", "LEFT", "TTL", "KEYS"));
        for (LeaseRow row : rows) {
            List<String> cells = new ArrayList<>(List.of(
                    LeaseAnswers.id(row.id()),
                    LeaseRow.time(row.leftMillis()),
                    LeaseRow.time(row.ttlMillis()),
                    Long.toString(row.keyCount())));
            if (withKeys) {
                cells.add(row.keys().stream().map(ByteString::toStringUtf8).collect(Collectors.joining(" ")));
            }
            table.add(cells);
        }
        return table;
    }
}
