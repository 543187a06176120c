package io.leasehold.faults.cluster;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.StatusRequest;
import io.leasehold.protocol.etcdserverpb.StatusResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The members of one cluster, their doors and the network between those. One thread makes trouble; clients of any thread
 * read {@link #members()} and use {@link #channel(Member)}.
 */
public final class FaultyCluster implements AutoCloseable {
    private static final long STATUS_LIMIT_SECONDS = 2;

    private final Path home;
    private final ClusterPlan plan;
    private final Network network = new Network();
    private final List<Member> members = new CopyOnWriteArrayList<>();
    private final Map<String, PeerProxy> doors = new ConcurrentHashMap<>();
    private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();
    private final Optional<SmallDisk> smallDisk;
    private int named;

    /**
     * A cluster without members.
     *
     * @param home a directory for what members keep and print
     */
    public FaultyCluster(Path home, ClusterPlan plan) {
        this.home = home;
        this.plan = plan;
        this.smallDisk = plan.breakable() ? SmallDisk.mount(home.resolve("small")) : Optional.empty();
    }

    /** Starts so many members that found the cluster together. */
    public void found(int count) {
        for (int i = 0; i < count; i++) {
            prepare();
        }
        members.forEach(member -> start(member, "new"));
    }

    /** A further member, with a door, not started yet. */
    public Member prepare() {
        named++;
        String name = "m" + named;
        Path disk = named == 1 ? smallDisk.map(SmallDisk::directory).orElse(home) : home;
        Path dataDirectory = disk.resolve(name);
        Member member = new Member(name, home, dataDirectory, plan);
        if (plan.breakable()) {
            doors.put(name, openDoor(member));
        }
        channels.put(name, Channels.open(member.clientPort()));
        members.add(member);
        return member;
    }

    /** Starts a member, again or for the first time. */
    public void start(Member member, String clusterState) {
        String initialCluster =
                members.stream().map(each -> each.name() + "=" + each.peerUrl()).collect(Collectors.joining(","));
        member.start(initialCluster, clusterState);
    }

    /** Forgets a member that was removed: its process ends, its door closes. */
    public void forget(Member member) {
        members.remove(member);
        member.kill();
        Optional.ofNullable(doors.remove(member.name())).ifPresent(PeerProxy::close);
        Optional.ofNullable(channels.remove(member.name())).ifPresent(ManagedChannel::shutdownNow);
    }

    /** All that belong to it, running or not. */
    public List<Member> members() {
        return List.copyOf(members);
    }

    /** The disk that can be filled, where one could be mounted: that of the first member. */
    public Optional<SmallDisk> smallDisk() {
        return smallDisk;
    }

    /** The member on the small disk, as long as it belongs to the cluster. */
    public Optional<Member> onSmallDisk() {
        return smallDisk.flatMap(disk -> members.stream()
                .filter(member -> member.dataDirectory().startsWith(disk.directory()))
                .findFirst());
    }

    /** The network between members. */
    public Network network() {
        return network;
    }

    /** The connection of clients to a member, shared by all of them. */
    public ManagedChannel channel(Member member) {
        ManagedChannel channel = channels.get(member.name());
        return channel == null ? Channels.open(member.clientPort()) : channel;
    }

    /** What a member says of itself, if it answers. */
    public Optional<StatusResponse> status(Member member) {
        try {
            ManagedChannel channel = channel(member);
            channel.resetConnectBackoff();
            return Optional.of(MaintenanceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(STATUS_LIMIT_SECONDS, TimeUnit.SECONDS)
                    .status(StatusRequest.getDefaultInstance()));
        } catch (StatusRuntimeException noAnswer) {
            return Optional.empty();
        }
    }

    /** The member that says it leads; of two the one with the higher term. */
    public Optional<Member> leader() {
        record Leader(Member member, long term) {}
        return members.stream()
                .filter(member -> member.isAlive() && !member.isStopped())
                .flatMap(member -> status(member)
                        .filter(status ->
                                status.getLeader() == status.getHeader().getMemberId())
                        .map(status -> new Leader(member, status.getRaftTerm()))
                        .stream())
                .max(Comparator.comparingLong(Leader::term))
                .map(Leader::member);
    }

    /** The id of a running member; empty when it does not answer. */
    public Optional<Long> id(Member member) {
        return status(member).map(status -> status.getHeader().getMemberId());
    }

    private PeerProxy openDoor(Member member) {
        return new PeerProxy(
                member.name(),
                member.doorPort(),
                member.listenPort(),
                network,
                port -> caller(port, member.doorPort()));
    }

    private Optional<String> caller(int port, int doorPort) {
        return members.stream()
                .filter(member -> member.isAlive() && SocketOwners.owns(member.pid(), port, doorPort))
                .map(Member::name)
                .findFirst();
    }

    /** Ends all processes; leaves what they wrote, but for what is on the small disk. */
    @Override
    public void close() {
        members.forEach(Member::kill);
        doors.values().forEach(PeerProxy::close);
        channels.values().forEach(ManagedChannel::shutdownNow);
        smallDisk.ifPresent(SmallDisk::close);
    }

    /** Removes a directory with all in it. */
    public static void remove(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
