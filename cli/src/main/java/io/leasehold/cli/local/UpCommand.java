package io.leasehold.cli.local;

import io.leasehold.cli.local.LocalMain.Surroundings;
import io.leasehold.cli.terminal.Screen;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code leasehold cluster up}: keeps a cluster in the foreground. One thread. */
final class UpCommand {
    /** Far enough from ports that are taken to find free ones. */
    private static final int FAR = 10_000;

    private final Surroundings surroundings;
    private final UpFlags flags;

    UpCommand(Surroundings surroundings, UpFlags flags) {
        this.surroundings = surroundings;
        this.flags = flags;
    }

    /**
     * Runs until the end is asked for.
     *
     * @param serverFlags go to every member
     * @return the exit code
     */
    int run(Path path, List<String> serverFlags) throws IOException {
        try (ClusterDirectory directory = new ClusterDirectory(path)) {
            if (directory.isKept()) {
                throw new ClusterRefusal("a cluster is up in " + directory.path() + " already;"
                        + " \"leasehold cluster status\" shows it, \"leasehold cluster down\" ends it");
            }
            Optional<LocalCluster> remembered = directory.load();
            LocalCluster cluster = remembered.isPresent() ? again(directory, remembered.get()) : founded();
            directory.create();
            if (!directory.lock()) {
                throw new ClusterRefusal("a cluster comes up in " + directory.path() + " already");
            }
            for (String name : Leftovers.end(directory)) {
                surroundings
                        .err()
                        .println("leasehold: ended " + name + ", which an earlier \"up\" that was killed had left");
            }
            Optional<String> taken = FreePorts.problem(cluster.members());
            if (taken.isPresent()) {
                throw new ClusterRefusal(taken.get()
                        + (remembered.isPresent()
                                ? ""
                                : "; --base-port=" + elsewhere(cluster.basePort()) + " moves all members"));
            }
            directory.save(cluster);
            return keep(directory, cluster, serverFlags);
        }
    }

    private static int elsewhere(int basePort) {
        return basePort + FAR <= LocalCluster.BASE_PORT_MAX ? basePort + FAR : basePort - FAR;
    }

    private LocalCluster founded() {
        long members = flags.members.value();
        long port = flags.basePort.value();
        if (members < 1 || members > LocalCluster.MEMBERS_MAX) {
            throw new ClusterRefusal("expected --members from 1 to " + LocalCluster.MEMBERS_MAX + ", got " + members);
        }
        if (port < LocalCluster.BASE_PORT_MIN || port > LocalCluster.BASE_PORT_MAX) {
            throw new ClusterRefusal("expected --base-port from " + LocalCluster.BASE_PORT_MIN + " to "
                    + LocalCluster.BASE_PORT_MAX + ", got " + port);
        }
        return LocalCluster.founded(
                (int) members,
                (int) port,
                flags.autoTls.value(),
                "local-" + surroundings.randomHex().get());
    }

    /** What was founded stays as it is; flags that say otherwise would be a surprise. */
    private LocalCluster again(ClusterDirectory directory, LocalCluster cluster) {
        String advice = "; leave the flag out, or give another --data-dir";
        if (flags.members.isGiven()
                && flags.members.value() != cluster.members().size()) {
            throw new ClusterRefusal("the cluster in " + directory.path() + " has "
                    + cluster.members().size() + " members, not " + flags.members.value() + advice);
        }
        if (flags.basePort.isGiven() && flags.basePort.value() != cluster.basePort()) {
            throw new ClusterRefusal("the cluster in " + directory.path() + " has ports from " + cluster.basePort()
                    + " on, not from " + flags.basePort.value() + advice);
        }
        if (flags.autoTls.isGiven() && flags.autoTls.value() != cluster.secure()) {
            throw new ClusterRefusal("the cluster in " + directory.path() + " was founded "
                    + (cluster.secure() ? "with" : "without") + " TLS" + advice);
        }
        return cluster;
    }

    private int keep(ClusterDirectory directory, LocalCluster cluster, List<String> serverFlags) throws IOException {
        System.setProperty("io.netty.transport.noNative", "true");
        EventLoopGroup sockets = new NioEventLoopGroup(1, new DefaultThreadFactory("leasehold-cluster", true));
        Journal journal = new Journal(surroundings.timeOfDay());
        Supervisor supervisor;
        boolean cameUp;
        try (ControlSocket control = ControlSocket.open();
                Members members = new Members(directory, cluster, surroundings.launcher(), serverFlags, sockets);
                View view = view()) {
            directory.saveControl(control.path());
            supervisor = new Supervisor(
                    directory, members, journal, view, control, surroundings.nanoTime(), surroundings.end());
            cameUp = supervisor.run();
            directory.forgetRunning();
        } finally {
            var unused = sockets.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
        return farewell(supervisor.picture(), cameUp);
    }

    private View view() {
        boolean live = surroundings.isTerminal()
                && !flags.plain.value()
                && !surroundings.environment().getOrDefault("TERM", "dumb").equals("dumb");
        return live
                ? new View.Live(Screen.open(surroundings.isColoured()))
                : new View.Lines(surroundings.out(), surroundings.end());
    }

    private int farewell(Picture last, boolean cameUp) {
        if (cameUp) {
            surroundings
                    .out()
                    .println("ended " + last.members().size() + (last.members().size() == 1 ? " member" : " members")
                            + "; data stays in " + last.directory());
            return 0;
        }
        surroundings.err().println("leasehold: no member came up");
        for (Picture.Member member : last.members()) {
            surroundings.err().println("  " + member.name() + ": " + member.reason());
        }
        surroundings
                .err()
                .println(
                        "leasehold: what they printed is in " + last.directory().resolve(ClusterDirectory.LOGS));
        return LocalMain.FAILED;
    }
}
