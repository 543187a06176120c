package io.leasehold.cli.lease;

import com.google.protobuf.ByteString;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.output.Output;
import java.util.List;

/** {@code lease tree [key prefix]}: leases, and below each the keys that end with it. */
final class TreeCommand {
    private TreeCommand() {}

    static void run(Ctl ctl, List<String> arguments) {
        Output output = ctl.output();
        ByteString prefix = ByteString.copyFromUtf8(arguments.isEmpty() ? "" : arguments.get(0));
        try (Connection connection = ctl.connect()) {
            List<LeaseRow> rows = new LeaseSource(connection, true).list(prefix);
            for (LeaseRow row : rows) {
                output.line(LeaseAnswers.id(row.id()) + "  " + LeaseRow.time(row.leftMillis()) + " of "
                        + LeaseRow.time(row.ttlMillis()) + (row.keyCount() == 0 ? "  no keys" : ""));
                for (int i = 0; i < row.keys().size(); i++) {
                    boolean last = i == row.keys().size() - 1
                            && row.keyCount() == row.keys().size();
                    output.line((last ? "└── " : "├── ") + row.keys().get(i).toStringUtf8());
                }
                if (row.keyCount() > row.keys().size()) {
                    output.line("└── and " + (row.keyCount() - row.keys().size()) + " more");
                }
            }
            if (rows.isEmpty()) {
                output.line("no leases");
            }
        }
    }
}
