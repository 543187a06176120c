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
import java.util.regex.Pattern;

/**
 * {@code migrate --from <etcd's data directory or snapshot> --data-dir <new directory>}: takes an etcd member over. With
 * {@code --target-version} it is etcdutl's command, which has nothing to do here: the form of a data directory does not depend
 * on a version of etcd's storage.
 */
final class MigrateCommand implements Action {
    /** What a snapshot of ours says its storage version is, and all that came before it. */
    private static final List<String> VERSIONS = List.of("3.4", "3.5", "3.6");

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    private final Ctl ctl;
    private final NewMember member;
    private final Flag<String> from;
    private final Flag<String> dataDir;
    private final Flag<String> targetVersion;

    MigrateCommand(Ctl ctl, Flags flags) {
        this.ctl = ctl;
        from = flags.text("from", "path", "a stopped etcd member's data directory, its database, or a snapshot");
        dataDir = flags.text("data-dir", "directory", "the new data directory, which must not be there");
        member = new NewMember(flags);
        targetVersion = flags.text("target-version", "version", "etcdutl's: checks that the directory can be read so");
        flags.toggle("force", "etcdutl's: has no meaning here");
    }

    @Override
    public void run(List<String> arguments) {
        boolean isEtcdutls = ctl.isOffline() || targetVersion.isGiven();
        Arguments.require(List.of(dataDir, isEtcdutls && from.value().isEmpty() ? targetVersion : from));
        if (!from.value().isEmpty()) {
            take(Path.of(from.value()));
        } else {
            check(Path.of(dataDir.value()));
        }
    }

    private void take(Path path) {
        if (!Files.exists(path)) {
            throw new CtlException(CtlException.Code.ERROR, "stat " + path + ": no such file or directory");
        }
        if (DataDirectories.isOurs(path)) {
            throw new CtlException(CtlException.Code.ERROR, path + " is a data directory of Leasehold already");
        }
        Map<String, String> values = new LinkedHashMap<>(member.values());
        values.put("snapshot", DataDirectories.databaseOf(path).toString());
        values.put("data-dir", dataDir.value());
        values.put("skip-hash-check", "true");
        if (DataDirectories.run(ctl, "restore", values)) {
            ctl.output().line("Taken over: start it with --name=" + member.name() + " --data-dir=" + dataDir.value());
        }
    }

    private void check(Path directory) {
        requireVersion(targetVersion.value());
        if (!VERSIONS.contains(targetVersion.value())) {
            throw new CtlException(
                    CtlException.Code.ERROR, "storage version can't be migrated to " + targetVersion.value());
        }
        if (!DataDirectories.isOurs(directory)) {
            throw new CtlException(
                    CtlException.Code.ERROR,
                    directory + " is not a data directory of Leasehold; --from takes one of etcd's over");
        }
        ctl.output().line("Nothing to migrate: " + directory + " does not depend on etcd's storage version");
    }

    /** Refuses what is no version, in etcdutl's words. */
    private static void requireVersion(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 2) {
            throw Arguments.bad("wrong target version format, expected \"X.Y\", got " + Ctl.quoted(text));
        }
        for (String part : parts) {
            if (!NUMBER.matcher(part).matches()) {
                throw Arguments.bad("failed to parse target version: strconv.ParseInt: parsing " + Ctl.quoted(part)
                        + ": invalid syntax");
            }
        }
    }
}
