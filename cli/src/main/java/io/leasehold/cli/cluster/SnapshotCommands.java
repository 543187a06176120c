package io.leasehold.cli.cluster;

import io.leasehold.cli.Arguments;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.Entry;
import io.leasehold.cli.Help;
import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Fields;
import io.leasehold.cli.output.GoJson;
import io.leasehold.cli.output.GoText;
import io.leasehold.cli.output.Simple;
import io.leasehold.etcdfile.EtcdSnapshotReader;
import io.leasehold.etcdfile.SnapshotStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** {@code snapshot save|status}. */
public final class SnapshotCommands {
    private SnapshotCommands() {}

    /** The group. */
    public static Entry entry() {
        return Entry.group(
                "snapshot",
                "save a server's state, look at what was saved, restore it",
                Entry.command(
                        "save",
                        Help.of("save a server's state to a file", "<file>", "snapshot save backup.db"),
                        SnapshotSave::new),
                Entry.plain(
                        "status",
                        Help.of("show what a snapshot holds", "<file>", "snapshot status backup.db -w table"),
                        SnapshotCommands::status));
    }

    private static void status(Ctl ctl, List<String> arguments) {
        Arguments.count(arguments, 1, 1, "snapshot status requires exactly one argument");
        Path file = Path.of(arguments.get(0));
        if (!Files.exists(file)) {
            throw new CtlException(CtlException.Code.ERROR, "stat " + file + ": no such file or directory");
        }
        try (EtcdSnapshotReader reader = EtcdSnapshotReader.open(file)) {
            ctl.output().print(new Report(reader.status()));
        } catch (IOException e) {
            throw new CtlException(CtlException.Code.ERROR, String.valueOf(e.getMessage()), e);
        }
    }

    private record Report(SnapshotStatus status) implements Answer {
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
            out.line(String.join(", ", row()));
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
            out.line("Version", GoJson.text(status.version()));
        }

        @Override
        public List<List<String>> table() {
            return List.of(List.of("HASH", "REVISION", "TOTAL KEYS", "TOTAL SIZE", "VERSION"), row());
        }
    }
}
