package io.leasehold.cli.local;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The members that run here, and what is remembered of them. One thread. */
final class Members implements AutoCloseable {
    private final ClusterDirectory directory;
    private final String launcher;
    private final List<String> moreFlags;
    private final EventLoopGroup sockets;
    private final Map<String, RunningMember> lives = new LinkedHashMap<>();
    private LocalCluster cluster;

    /** Nothing is started yet; {@code moreFlags} go to every member. */
    Members(
            ClusterDirectory directory,
            LocalCluster cluster,
            String launcher,
            List<String> moreFlags,
            EventLoopGroup sockets) {
        this.directory = directory;
        this.cluster = cluster;
        this.launcher = launcher;
        this.moreFlags = List.copyOf(moreFlags);
        this.sockets = sockets;
    }

    LocalCluster cluster() {
        return cluster;
    }

    /** Starts a member; on its old data if there is some. */
    RunningMember start(MemberSpec spec) throws IOException {
        RunningMember old = lives.get(spec.name());
        if (old != null) {
            old.close();
        }
        RunningMember life = RunningMember.start(
                spec,
                MemberCommand.of(launcher, cluster, spec, directory.path(), moreFlags),
                directory.log(spec.name()),
                sockets,
                cluster.secure());
        lives.put(spec.name(), life);
        directory.saveProcesses(
                lives.values().stream().flatMap(each -> each.noted().stream()).toList());
        return life;
    }

    /** Remembers one more. */
    void add(MemberSpec spec) throws IOException {
        cluster = cluster.with(spec);
        directory.save(cluster);
    }

    /** Forgets one that has ended. */
    void forget(RunningMember member) throws IOException {
        cluster = cluster.without(member.spec().name());
        directory.save(cluster);
        lives.remove(member.spec().name());
        member.close();
    }

    Optional<RunningMember> find(String name) {
        return Optional.ofNullable(lives.get(name));
    }

    List<RunningMember> all() {
        return new ArrayList<>(lives.values());
    }

    boolean isAnyAlive() {
        return lives.values().stream().anyMatch(RunningMember::isAlive);
    }

    /** Whether so many run that they can agree on something. */
    boolean isMajorityAlive() {
        long alive = lives.values().stream().filter(RunningMember::isAlive).count();
        return alive > cluster.members().size() / 2;
    }

    /** Asks all that run how they are, and tells what they said. */
    List<Picture.Member> look(long nowNanos) {
        List<Picture.Member> pictures = new ArrayList<>();
        for (RunningMember member : lives.values()) {
            if (member.isAlive()) {
                member.calls().look(nowNanos);
            }
            pictures.add(member.picture(nowNanos));
        }
        return pictures;
    }

    /** A member that answers, for calls about the cluster: the leader if there is one, but never the one left out. */
    Optional<RunningMember> serving(long nowNanos, String leftOut) {
        List<RunningMember> serving = lives.values().stream()
                .filter(member -> !member.spec().name().equals(leftOut))
                .filter(member -> member.condition(nowNanos).isServing())
                .toList();
        return serving.stream()
                .filter(member -> member.condition(nowNanos) == Condition.LEADER)
                .findFirst()
                .or(() -> serving.stream().findFirst());
    }

    @Override
    public void close() {
        lives.values().forEach(RunningMember::close);
    }
}
