package io.leasehold.server;

import io.leasehold.lease.LeaseClock;
import io.leasehold.mvcc.StoreOptions;
import io.leasehold.protocol.ReadsClock;
import io.leasehold.raft.LogStartException;
import io.leasehold.raft.PeerPortException;
import io.leasehold.raft.ReplicatedLog;
import io.leasehold.raft.ratis.ListenAddress;
import io.leasehold.raft.ratis.LogRecovery;
import io.leasehold.raft.ratis.PeerTls;
import io.leasehold.raft.ratis.RatisLog;
import io.leasehold.raft.ratis.RatisSettings;
import io.leasehold.server.bootstrap.FoundingFlags;
import io.leasehold.server.config.ServerConfig;
import io.leasehold.server.config.StartRefused;
import io.leasehold.server.loop.FatalHandler;
import io.leasehold.server.loop.Ticker;
import io.leasehold.server.replica.FetchedState;
import io.leasehold.server.replica.PeerAddress;
import io.leasehold.server.replica.ReplicaNode;
import io.leasehold.server.replica.ReplicaSettings;
import io.leasehold.server.watch.WatchSettings;
import io.leasehold.statemachine.Member;
import io.leasehold.statemachine.Quota;
import io.leasehold.statemachine.RecoveryException;
import io.leasehold.statemachine.StateMachine;
import io.leasehold.statemachine.StateMachineOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings up the replica of a member: recovers its state, opens its log, waits until it can serve. */
final class ReplicaStart {
    private static final Logger LOGGER = LoggerFactory.getLogger(ReplicaStart.class);

    /** Longest wait for a leader; after it the server comes up and says that there is none, as etcd's does. */
    private static final long LEADER_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** An entry may hold a batch of this size beside the largest request. */
    private static final int ENTRY_BATCH_BYTES = 1 << 20;

    private ReplicaStart() {}

    /**
     * Starts the replica of a member whose directory is locked.
     *
     * @param listen where its engine listens for other members
     * @throws StartRefused when its files or its peer port do not allow it
     */
    static ReplicaNode start(
            ServerConfig config,
            ClusterIdentity identity,
            DataDirectory directory,
            Optional<PeerTls> tls,
            List<ListenAddress> listen,
            FatalHandler fatal) {
        boolean leftBehind = LostCluster.isLeftBehind(config, identity, directory);
        while (true) {
            ReplicaNode replica = open(config, identity, directory, tls, listen, fatal, leftBehind);
            leftBehind = false;
            boolean serving = replica.awaitServing(LEADER_LIMIT_NANOS);
            if (replica.fetched().isDone()) {
                // It was too far behind for the log, and goes on from the state that it has fetched.
                replica.close();
                settle(directory);
                continue;
            }
            if (!serving) {
                LOGGER.warn(
                        "no leader after {} s; serving what needs none",
                        TimeUnit.NANOSECONDS.toSeconds(LEADER_LIMIT_NANOS));
            }
            return replica;
        }
    }

    private static ReplicaNode open(
            ServerConfig config,
            ClusterIdentity identity,
            DataDirectory directory,
            Optional<PeerTls> tls,
            List<ListenAddress> listen,
            FatalHandler fatal,
            boolean leftBehind) {
        Ticker ticker = Ticker.system();
        LeaseClock clock = new LeaseClock(ticker.nanos());
        StateMachineOptions options = options(config, identity);
        StateMachine machine = recover(options, directory, clock);
        if (leftBehind) {
            LostCluster.carryOnAlone(config, identity, machine, directory);
        } else {
            refuseRemoved(identity, machine, tls);
        }
        ReplicaNode replica = new ReplicaNode(
                replicaSettings(config, identity),
                new WatchSettings(
                        TimeUnit.MILLISECONDS.toNanos(config.watchProgressMillis()),
                        config.limits().maxMessageBytes()),
                machine,
                log(config, identity, machine, directory, tls, listen),
                clock,
                ticker,
                seeded(),
                fatal);
        replica.exchangeStates(
                directory.given(),
                new FetchedState(directory.member()).fetched(),
                (fetched, leastIndex) -> FetchedState.accept(fetched, options, leastIndex));
        try {
            replica.start();
        } catch (PeerPortException e) {
            throw new StartRefused(e.getMessage() + " (choose another address with --listen-peer-urls)", e);
        } catch (LogStartException e) {
            throw new StartRefused(String.valueOf(e.getMessage()), e);
        }
        return replica;
    }

    private static void settle(DataDirectory directory) {
        try {
            new FetchedState(directory.member())
                    .settle(clusterId -> RatisLog.forgetEntries(
                            directory.log(),
                            LogRecovery.groupIdIn(directory.log(), clusterId)
                                    .orElseGet(() -> RatisSettings.groupIdOf(clusterId, 0))));
        } catch (IOException e) {
            throw new StartRefused(
                    "the state fetched into " + directory.member() + " cannot be put into place: " + e, e);
        }
    }

    /**
     * A member that was removed never comes back, as with etcd: neither as it knows itself, nor as the others know it; unless
     * the log still needs its vote to do without it.
     */
    private static void refuseRemoved(ClusterIdentity identity, StateMachine machine, Optional<PeerTls> tls) {
        long self = identity.memberId();
        List<Member> members = machine.members();
        boolean removed = machine.removedMemberIds().contains(self)
                ? !Joining.isStillNeeded(self, members, tls)
                : Joining.wasRemoved(self, members, tls);
        if (removed) {
            throw new StartRefused(
                    "the member has been permanently removed from the cluster; its data directory is of no"
                            + " more use");
        }
    }

    /**
     * Who this member is: what its directory says, once it holds anything. The flags that found a cluster count at the
     * first start alone, as with etcd.
     *
     * @throws StartRefused when the directory cannot be read
     */
    static ClusterIdentity identity(ServerConfig config, DataDirectory directory, Optional<PeerTls> tls) {
        settle(directory);
        ClusterIdentity founding = ClusterIdentity.of(config);
        try {
            return StateMachine.identityIn(directory.state())
                    .map(found -> new ClusterIdentity(found.clusterId(), found.memberId(), founding.members()))
                    .orElseGet(() -> fresh(config, founding, tls));
        } catch (IOException | RecoveryException e) {
            throw unreadable(directory, e);
        }
    }

    private static ClusterIdentity fresh(ServerConfig config, ClusterIdentity founding, Optional<PeerTls> tls) {
        FoundingFlags.check(config.name(), config.bootstrap());
        if (config.bootstrap().state() == ServerConfig.ClusterState.EXISTING) {
            return Joining.identity(config, Joining.existing(config, tls).description());
        }
        Joining.refuseIfBootstrapped(config, founding, tls);
        return founding;
    }

    private static StartRefused unreadable(DataDirectory directory, Exception e) {
        return new StartRefused("the state in " + directory.state() + " cannot be read: " + e.getMessage(), e);
    }

    private static StateMachineOptions options(ServerConfig config, ClusterIdentity identity) {
        return new StateMachineOptions(
                identity.clusterId(),
                identity.memberId(),
                config.name(),
                identity.founders(),
                new Quota(quotaBytes(config)),
                StoreOptions.DEFAULT);
    }

    private static StateMachine recover(StateMachineOptions options, DataDirectory directory, LeaseClock clock) {
        try {
            return StateMachine.open(directory.state(), options, clock.now());
        } catch (IOException | RecoveryException e) {
            throw unreadable(directory, e);
        }
    }

    private static ReplicatedLog log(
            ServerConfig config,
            ClusterIdentity identity,
            StateMachine machine,
            DataDirectory directory,
            Optional<PeerTls> tls,
            List<ListenAddress> listen) {
        // A member that joins has an empty table until it has fetched the state.
        Optional<Joining.Found> joined =
                machine.members().isEmpty() ? Optional.of(Joining.existing(config, tls)) : Optional.empty();
        boolean joining = joined.isPresent();
        List<Member> members =
                joined.map(found -> found.description().members()).orElseGet(machine::members);
        boolean alone = members.size() == 1 && !RatisLog.hadCompany(directory.log());
        // Later the log itself knows who votes.
        boolean founding = alone || (!joining && machine.appliedIndex() == 0);
        List<RatisSettings.Peer> peers = members.stream()
                .map(member -> new RatisSettings.Peer(
                        member.id(),
                        member.peerUrls().stream().map(PeerAddress::of).toList(),
                        founding && !member.learner()))
                .toList();
        return new RatisLog(new RatisSettings(
                LogRecovery.groupIdIn(directory.log(), identity.clusterId())
                        .or(() -> joined.map(Joining.Found::groupId))
                        .orElseGet(() -> RatisSettings.groupIdOf(identity.clusterId(), 0)),
                identity.memberId(),
                peers,
                alone,
                listen,
                directory.log(),
                config.timing().electionMillis(),
                config.limits().maxRequestBytes() + ENTRY_BATCH_BYTES,
                tls));
    }

    private static ReplicaSettings replicaSettings(ServerConfig config, ClusterIdentity identity) {
        return new ReplicaSettings(
                identity.clusterId(),
                identity.memberId(),
                config.name(),
                config.client().advertise(),
                Duration.ofMillis(config.timing().electionMillis()),
                config.limits().maxRequestBytes(),
                config.snapshotCount(),
                quotaBytes(config),
                config.members().strict());
    }

    private static long quotaBytes(ServerConfig config) {
        long quota = config.limits().quotaBytes();
        return quota == 0 ? Long.MAX_VALUE : quota;
    }

    @ReadsClock("jitter that differs between starts")
    private static SplittableRandom seeded() {
        return new SplittableRandom(System.nanoTime());
    }
}
