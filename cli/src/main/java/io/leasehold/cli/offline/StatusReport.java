package io.leasehold.cli.offline;

import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Fields;
import io.leasehold.cli.output.GoJson;
import io.leasehold.cli.output.GoText;
import io.leasehold.cli.output.Simple;
import io.leasehold.etcdfile.SnapshotStatus;
import java.util.List;
import java.util.Locale;

/** What a snapshot holds, in one line or row. */
record StatusReport(SnapshotStatus status) implements Answer {
    private List<String> row() {
        return List.of(
                String.format(Locale.ROOT, "%x", status.hash()),
                Long.toString(status.revision()),
                Long.toString(status.totalKeys()),
                GoText.size(status.sizeBytes()),
                status.version());
    }

    @Override
    public void simple(Simple out) {
        // Older databases do not say their version, and older tools do not print one.
        List<String> row = row();
        out.line(String.join(", ", status.version().isEmpty() ? row.subList(0, row.size() - 1) : row));
    }

    @Override
    public String json() {
        return "{\"hash\":" + Integer.toUnsignedString(status.hash()) + ",\"revision\":" + status.revision()
                + ",\"totalKey\":" + status.totalKeys() + ",\"totalSize\":" + status.sizeBytes() + ",\"version\":"
                + GoJson.text(status.version()) + "}";
    }

    @Override
    public void fields(Fields out) {
        out.line("Hash", Integer.toUnsignedString(status.hash()));
        out.line("Revision", status.revision());
        out.line("Keys", status.totalKeys());
        out.line("Size", status.sizeBytes());
        out.line("Version", status.version());
    }

    @Override
    public List<List<String>> table() {
        return List.of(List.of("HASH", "REVISION", "TOTAL KEYS", "TOTAL SIZE", "VERSION"), row());
    }
}
