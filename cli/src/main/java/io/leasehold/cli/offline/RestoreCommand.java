package io.leasehold.cli.offline;

import io.leasehold.cli.Action;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code snapshot restore <file>}: the data directory of a member of a new cluster, from a snapshot of etcd or Leasehold. */
final class RestoreCommand implements Action {
    private final Ctl ctl;
    private final NewMember member;
    private final Flag<String> dataDir;
    private final Flag<String> walDir;
    private final Flag<Boolean> skipHashCheck;
    private final Flag<Long> bumpRevision;
    private final Flag<Boolean> markCompacted;

    RestoreCommand(Ctl ctl, Flags flags) {
        this.ctl = ctl;
        dataDir = flags.text("data-dir", "directory", "where to put it; it must be empty or not there (<name>.etcd)");
        member = new NewMember(flags);
        skipHashCheck = flags.toggle("skip-hash-check", "take a file without a checksum, such as a member's database");
        bumpRevision = flags.number("bump-revision", "n", 0, "add so much to the revision, with --mark-compacted");
        markCompacted = flags.toggle("mark-compacted", "end watches of the old cluster, with --bump-revision");
        walDir = flags.text("wal-dir", "directory", "has no meaning here: the log lies in the data directory");
        flags.number("initial-memory-map-size", "bytes", 0, "has no meaning here");
    }

    @Override
    public void run(List<String> arguments) {
        Arguments.count(arguments, 1, 1, "snapshot restore requires exactly one argument");
        if (bumpRevision.value() > 0 != markCompacted.value() || bumpRevision.value() < 0) {
            throw Arguments.bad("--mark-compacted required if --revision-bump > 0");
        }
        if (walDir.isGiven()) {
            ctl.err().println("Warning: --wal-dir has no meaning here, the log lies in the data directory");
        }
        Path snapshot = Path.of(arguments.get(0));
        if (!Files.exists(snapshot)) {
            throw new CtlException(CtlException.Code.ERROR, "open " + snapshot + ": no such file or directory");
        }
        Map<String, String> values = new LinkedHashMap<>(member.values());
        String directory = dataDir.value().isEmpty() ? member.name() + ".etcd" : dataDir.value();
        if (DataDirectories.isInUse(Path.of(directory))) {
            throw new CtlException(
                    CtlException.Code.ERROR, "data-dir " + Ctl.quoted(directory) + " exists and is not empty");
        }
        values.put("snapshot", snapshot.toString());
        values.put("data-dir", directory);
        values.put("skip-hash-check", skipHashCheck.value().toString());
        values.put("bump-revision", bumpRevision.value().toString());
        values.put("mark-compacted", markCompacted.value().toString());
        if (DataDirectories.run(ctl, "restore", values)) {
            // On stderr, where etcd's tools have their log: stdout stays empty.
            ctl.err()
                    .println("added member " + member.name() + ": start it with --name=" + member.name()
                            + " --data-dir=" + values.get("data-dir"));
        }
    }
}
