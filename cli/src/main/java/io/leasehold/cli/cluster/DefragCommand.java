package io.leasehold.cli.cluster;

import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.output.GoText;
import io.leasehold.protocol.ReadsClock;
import io.leasehold.protocol.etcdserverpb.DefragmentRequest;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code defrag}: gives unused space back, server by server. */
@Command(name = "defrag", description = "give unused space of servers back")
public final class DefragCommand implements Runnable {
    private final Ctl ctl;

    @Option(names = "--cluster", arity = "0..1", fallbackValue = "true", description = "all members")
    private boolean cluster;

    /** Works by the given root. */
    public DefragCommand(Ctl ctl) {
        this.ctl = ctl;
    }

    @Override
    @ReadsClock("the time it took is told")
    public void run() {
        boolean failed = false;
        for (String endpoint : ClusterEndpoints.of(ctl, cluster)) {
            long startNanos = System.nanoTime();
            try (Connection connection = ctl.connect(endpoint)) {
                connection.call(MaintenanceGrpc.getDefragmentMethod(), DefragmentRequest.getDefaultInstance());
                String took = GoText.duration(System.nanoTime() - startNanos);
                ctl.output().line("Finished defragmenting etcd member[" + endpoint + "]. took " + took);
            } catch (CtlException e) {
                ctl.err().println("Failed to defragment etcd member[" + endpoint + "]. (" + e.getMessage() + ")");
                failed = true;
            }
        }
        if (failed) {
            throw new CtlException(CtlException.Code.ERROR, "some members could not be defragmented");
        }
    }
}
