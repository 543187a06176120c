package io.leasehold.cli.offline;

import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Fields;
import io.leasehold.cli.output.Simple;
import io.leasehold.etcdfile.KvHash;
import java.util.List;

/** The hash of a snapshot's keys. */
record HashReport(KvHash hash) implements Answer {
    private List<String> row() {
        return List.of(
                Integer.toUnsignedString(hash.hash()),
                Long.toString(hash.revision()),
                Long.toString(hash.compactRevision()));
    }

    @Override
    public void simple(Simple out) {
        out.line(String.join(", ", row()));
    }

    @Override
    public String json() {
        return "{\"hash\":" + Integer.toUnsignedString(hash.hash()) + ",\"hashRevision\":" + hash.revision()
                + ",\"compactRevision\":" + hash.compactRevision() + "}";
    }

    @Override
    public void fields(Fields out) {
        out.line("Hash", Integer.toUnsignedString(hash.hash()));
        out.line("Hash revision", hash.revision());
        out.line("Compact revision", hash.compactRevision());
    }

    @Override
    public List<List<String>> table() {
        return List.of(List.of("HASH", "HASH REVISION", "COMPACT REVISION"), row());
    }
}
