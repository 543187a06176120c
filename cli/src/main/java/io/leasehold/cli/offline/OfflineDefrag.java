package io.leasehold.cli.offline;

import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.output.GoText;
import io.leasehold.protocol.ReadsClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** {@code defrag --data-dir}: gives back the space of compacted revisions, without a running server. */
public final class OfflineDefrag {
    private OfflineDefrag() {}

    /**
     * Does it; tells what it has brought.
     *
     * @throws CtlException if the directory is none of Leasehold's
     */
    @ReadsClock("the time it took is told")
    public static void run(Ctl ctl, Path directory) {
        if (!Files.exists(directory)) {
            throw new CtlException(CtlException.Code.ERROR, "stat " + directory + ": no such file or directory");
        }
        if (!DataDirectories.isOurs(directory)) {
            throw new CtlException(
                    CtlException.Code.ERROR,
                    directory + " is not a data directory of Leasehold (\"migrate --from\" takes one of etcd's over)");
        }
        long beforeBytes = DataDirectories.sizeBytes(directory);
        long startNanos = System.nanoTime();
        if (DataDirectories.run(ctl, "defragment", Map.of("data-dir", directory.toString()))) {
            String took = GoText.duration(System.nanoTime() - startNanos);
            ctl.output()
                    .line("finished defragmenting directory " + directory + ". took " + took + ": "
                            + GoText.size(beforeBytes) + " before, "
                            + GoText.size(DataDirectories.sizeBytes(directory)) + " now");
        }
    }
}
