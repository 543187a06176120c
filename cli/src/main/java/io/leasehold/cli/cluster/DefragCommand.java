package io.leasehold.cli.cluster;

import io.leasehold.cli.Action;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.cli.offline.OfflineDefrag;
import io.leasehold.cli.output.GoText;
import io.leasehold.protocol.ReadsClock;
import io.leasehold.protocol.etcdserverpb.DefragmentRequest;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import java.nio.file.Path;
import java.util.List;

/** {@code defrag}: gives unused space back, server by server. */
public final class DefragCommand implements Action {
    private final Ctl ctl;

    private final Flag<Boolean> cluster;
    private final Flag<String> dataDir;

    /** Works by the given root. */
    public DefragCommand(Ctl ctl, Flags flags) {
        this.ctl = ctl;
        this.cluster = flags.toggle("cluster", "all members");
        this.dataDir = flags.text("data-dir", "directory", "of a stopped member of Leasehold");
    }

    @Override
    @ReadsClock("the time it took is told")
    public void run(List<String> arguments) {
        if (dataDir.isGiven()) {
            OfflineDefrag.run(ctl, Path.of(dataDir.value()));
            return;
        }
        if (ctl.isOffline()) {
            Arguments.require(List.of(dataDir));
        }
        for (String endpoint : ClusterEndpoints.of(ctl, cluster.value())) {
            long startNanos = System.nanoTime();
            try (Connection connection = ctl.connect(endpoint)) {
                connection.call(MaintenanceGrpc.getDefragmentMethod(), DefragmentRequest.getDefaultInstance());
                String took = GoText.duration(System.nanoTime() - startNanos);
                ctl.output().line("Finished defragmenting etcd member[" + endpoint + "]. took " + took);
            } catch (CtlException e) {
                String took = GoText.duration(System.nanoTime() - startNanos);
                ctl.err()
                        .println("Failed to defragment etcd member[" + endpoint + "]. took " + took + ". ("
                                + e.getMessage() + ")");
                ctl.exitWith(CtlException.Code.ERROR.number());
            }
        }
    }
}
