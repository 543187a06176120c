package io.leasehold.raft.ratis;

import io.leasehold.raft.LogStartException;
import java.io.IOException;
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
        new PeerPort(settings.listen()).check();
        RaftProperties properties = EngineProperties.of(settings);
        Parameters parameters = new Parameters();
        if (settings.alone()) {
            RaftConfigKeys.Rpc.setType(properties, new SoleVoterRpc.Type());
            SoleVoterRpc.Type.configure(parameters, settings.listen());
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
            return new PeerPort(settings.listen()).taken(cause);
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
}
