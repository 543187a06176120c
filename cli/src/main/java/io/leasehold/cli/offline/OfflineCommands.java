package io.leasehold.cli.offline;

import io.leasehold.cli.Action;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.Entry;
import io.leasehold.cli.Help;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.etcdfile.EtcdSnapshotReader;
import io.leasehold.etcdfile.KvHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code snapshot status|restore}, {@code hashkv}, {@code migrate}, {@code backup}: what etcdutl does. */
public final class OfflineCommands {
    private OfflineCommands() {}

    /** {@code snapshot status}. */
    public static Entry status() {
        return Entry.plain(
                "status",
                Help.of(
                        "show what a snapshot holds",
                        "<file or data directory>",
                        "snapshot status backup.db",
                        "snapshot status backup.db -w table"),
                (ctl, arguments) -> {
                    Arguments.count(arguments, 1, 1, "snapshot status requires exactly one argument");
                    DataDirectories.read(ctl, Path.of(arguments.get(0)), file -> {
                        try (EtcdSnapshotReader reader = EtcdSnapshotReader.open(file)) {
                            ctl.output().print(new StatusReport(reader.status()));
                        }
                        return file;
                    });
                });
    }

    /** {@code snapshot restore}. */
    public static Entry restore() {
        return Entry.command(
                "restore",
                Help.of(
                        "make a data directory from a snapshot, of Leasehold or of etcd",
                        "<file>",
                        "snapshot restore backup.db --data-dir=restored",
                        "snapshot restore backup.db --name m1 --initial-cluster m1=http://10.0.0.1:2380"
                                + " --initial-advertise-peer-urls http://10.0.0.1:2380"),
                RestoreCommand::new);
    }

    /** Those that stand alone. */
    public static List<Entry> entries() {
        return List.of(
                Entry.command(
                        "hashkv",
                        Help.of(
                                "show the hash of the keys in a snapshot",
                                "<file or data directory>",
                                "hashkv backup.db",
                                "hashkv backup.db --rev=1000"),
                        HashKv::new),
                Entry.command(
                        "migrate",
                        Help.of(
                                "take a stopped etcd member's data over",
                                "",
                                "migrate --from /var/lib/etcd/default --data-dir leasehold.data"),
                        MigrateCommand::new),
                Entry.command(
                        "backup",
                        Help.of(
                                "copy a stopped member's data into a data directory of its own",
                                "",
                                "backup --data-dir default.etcd --backup-dir copy.etcd"),
                        Backup::new));
    }

    private static final class HashKv implements Action {
        private final Ctl ctl;
        private final Flag<Long> revision;

        HashKv(Ctl ctl, Flags flags) {
            this.ctl = ctl;
            revision = flags.number("rev", "revision", 0, "hash up to this one");
        }

        @Override
        public void run(List<String> arguments) {
            Arguments.one(arguments);
            DataDirectories.read(ctl, Path.of(arguments.get(0)), file -> {
                try (EtcdSnapshotReader reader = EtcdSnapshotReader.open(file)) {
                    ctl.output().print(new HashReport(hash(reader)));
                }
                return file;
            });
        }

        private KvHash hash(EtcdSnapshotReader reader) throws IOException {
            KvHash hash = reader.hashKv(revision.value());
            if (hash.revision() > hash.newestRevision()) {
                throw new CtlException(CtlException.Code.ERROR, "mvcc: required revision is a future revision");
            }
            if (hash.revision() < hash.compactRevision()) {
                throw new CtlException(CtlException.Code.ERROR, "mvcc: required revision has been compacted");
            }
            return hash;
        }
    }

    private static final class Backup implements Action {
        private final Ctl ctl;
        private final Flag<String> dataDir;
        private final Flag<String> backupDir;

        Backup(Ctl ctl, Flags flags) {
            this.ctl = ctl;
            dataDir = flags.text("data-dir", "directory", "of the stopped member");
            backupDir = flags.text("backup-dir", "directory", "the copy, which must not be there");
            flags.text("wal-dir", "directory", "has no meaning here");
            flags.text("backup-wal-dir", "directory", "has no meaning here");
            flags.toggle("with-v3", true, "has no meaning here");
        }

        @Override
        public void run(List<String> arguments) {
            Arguments.require(List.of(dataDir, backupDir));
            DataDirectories.read(ctl, Path.of(dataDir.value()), file -> {
                Map<String, String> values = new HashMap<>();
                values.put("snapshot", file.toString());
                values.put("data-dir", backupDir.value());
                values.put("skip-hash-check", "true");
                if (DataDirectories.run(ctl, "restore", values)) {
                    tellSize(Path.of(backupDir.value()));
                }
                return file;
            });
        }

        private void tellSize(Path backup) throws IOException {
            try (var files = Files.walk(backup)) {
                long count = files.filter(Files::isRegularFile).count();
                ctl.output().line("Backed up to " + backup + " (" + count + " files); it is a cluster of its own");
            }
        }
    }
}
