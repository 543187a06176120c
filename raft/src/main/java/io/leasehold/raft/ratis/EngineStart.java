package io.leasehold.raft.ratis;

import io.leasehold.raft.LogStartException;
import io.leasehold.raft.PeerPortException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServer.Division;
import org.apache.ratis.statemachine.StateMachine;
import org.apache.ratis.util.ExitUtils;
import org.apache.ratis.util.JavaUtils;

/** Builds the engine, and says in clear words why one did not come up. */
final class EngineStart {

    private EngineStart() {}

    /** Builds the engine and loads its storage; it does not run yet. */
    static RaftServer build(
            RatisSettings settings, StateMachine machine, PeerServices services, PeerAppenders appenders) {
        keepTheProcess();
        checkPort(settings);
        RaftProperties properties = EngineProperties.of(settings);
        Parameters parameters = new Parameters();
        if (settings.alone()) {
            RaftConfigKeys.Rpc.setType(properties, new SoleVoterRpc.Type());
            SoleVoterRpc.Type.configure(parameters, listenAddress(settings));
        } else {
            RaftConfigKeys.Rpc.setType(properties, new PeerRpc.Type());
            PeerRpc.Type.configure(parameters, services, appenders, settings.tls());
        }
        try {
            return RaftServer.newBuilder()
                    .setServerId(PeerIds.toRatis(settings.memberId()))
                    .setGroup(group(settings))
                    .setOption(EngineProperties.startupOption())
                    .setProperties(properties)
                    .setParameters(parameters)
                    .setStateMachine(machine)
                    .build();
        } catch (IOException | RuntimeException failed) {
            throw explain(settings, failed);
        }
    }

    static Division division(RatisSettings settings, RaftServer server) {
        try {
            return server.getDivision(RaftGroupId.valueOf(settings.groupId()));
        } catch (IOException | RuntimeException failed) {
            throw explain(settings, failed);
        }
    }

    /** The failure of a start in our words: which file, which port, or at least which directory. */
    static LogStartException explain(RatisSettings settings, Throwable failed) {
        Throwable cause = JavaUtils.unwrapCompletionException(failed);
        if (cause instanceof LogStartException clear) {
            return clear;
        }
        if (cause instanceof ExitUtils.ExitException) {
            return portTaken(settings, cause);
        }
        return LogDirectory.of(settings)
                .firstDamage()
                .<LogStartException>map(damage -> damage)
                .orElseGet(() -> new LogStartException(
                        "the log in " + settings.directory() + " cannot be opened: " + cause.getMessage(), cause));
    }

    private static RaftGroup group(RatisSettings settings) {
        List<RaftPeer> peers = settings.founders().stream()
                .map(peer -> PeerIds.toPeer(peer.memberId()))
                .toList();
        return RaftGroup.valueOf(RaftGroupId.valueOf(settings.groupId()), peers);
    }

    /**
     * The engine ends the process when it cannot listen, and installs a handler for uncaught exceptions that ends it too.
     * Both are the launcher's to decide, so both are undone.
     */
    private static void keepTheProcess() {
        Thread.UncaughtExceptionHandler ours = Thread.getDefaultUncaughtExceptionHandler();
        ExitUtils.disableSystemExit();
        Thread.setDefaultUncaughtExceptionHandler(ours);
    }

    /** Asks before anything is built; the engine itself listens last, when everything else is running. */
    private static void checkPort(RatisSettings settings) {
        try (ServerSocketChannel probe = ServerSocketChannel.open()) {
            SoleVoterRpc.bind(probe, listenAddress(settings));
        } catch (IOException | RuntimeException refused) {
            throw portTaken(settings, refused);
        }
    }

    private static InetSocketAddress listenAddress(RatisSettings settings) {
        return settings.listenHost().isEmpty()
                ? new InetSocketAddress(settings.listenPort())
                : new InetSocketAddress(settings.listenHost(), settings.listenPort());
    }

    private static PeerPortException portTaken(RatisSettings settings, Throwable cause) {
        Throwable reason = cause.getCause() == null ? cause : cause.getCause();
        return new PeerPortException(
                "cannot listen for peers on " + (settings.listenHost().isEmpty() ? "*" : settings.listenHost()) + ":"
                        + settings.listenPort() + ": " + reason.getMessage(),
                cause);
    }
}
