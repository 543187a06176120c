package io.leasehold.faults;

import io.grpc.StatusRuntimeException;
import io.leasehold.faults.cluster.FaultyCluster;
import io.leasehold.faults.cluster.Link;
import io.leasehold.faults.cluster.Member;
import io.leasehold.faults.cluster.Member.Signal;
import io.leasehold.faults.cluster.Network;
import io.leasehold.faults.cluster.SlowDisk;
import io.leasehold.faults.cluster.SmallDisk;
import io.leasehold.interop.Await;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.MoveLeaderRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Begins troubles and repairs what they did. One thread. */
final class TroubleMaker {
    private static final int STUTTERS = 40;
    private static final long STUTTER_MILLIS_MAX = 200;
    private static final int MOVES = 3;
    private static final long MOVE_LIMIT_SECONDS = 5;
    private static final long DELAY_MILLIS_MAX = 150;
    private static final long FORCE_MILLIS_MIN = 200;
    private static final long FORCE_MILLIS_MAX = 1_500;

    private final FaultyCluster cluster;
    private final SplittableRandom random;
    private final List<SlowDisk> slowDisks = new ArrayList<>();

    TroubleMaker(FaultyCluster cluster, SplittableRandom random) {
        this.cluster = cluster;
        this.random = random;
    }

    /** Begins a trouble; those that end by themselves are over when this returns. */
    void begin(Trouble trouble) {
        Network network = cluster.network();
        switch (trouble) {
            case KILL_LEADER -> leader().signal(Signal.KILL);
            case KILL_ONE -> any().signal(Signal.KILL);
            case KILL_ALL -> cluster.members().forEach(member -> member.signal(Signal.KILL));
            case STOP_LEADER -> leader().signal(Signal.STOP);
            case STOP_ONE -> any().signal(Signal.STOP);
            case STOP_MOST -> cluster.members().stream().skip(1).forEach(member -> member.signal(Signal.STOP));
            case STUTTER_ONE -> stutter(any());
            case TERM_LEADER -> leader().signal(Signal.TERM);
            case TERM_ONE -> any().signal(Signal.TERM);
            case CUT_OFF_LEADER -> from(leader()).forEach(network::cut);
            case CUT_OFF_ONE -> from(any()).forEach(network::cut);
            case MUTE_LEADER -> from(leader()).forEach(network::hold);
            case DEAFEN_LEADER -> to(leader()).forEach(network::hold);
            case HOLD_LEADER -> {
                Member leader = leader();
                from(leader).forEach(network::hold);
                to(leader).forEach(network::hold);
            }
            case SPLIT -> split();
            case TANGLE -> links().stream().filter(link -> random.nextBoolean()).forEach(network::hold);
            case DELAY -> links().forEach(link -> network.delay(link, delay()));
            case MOVE_LEADER -> moveLeader();
            case REPLACE -> new Replacement(cluster, random).run();
            case FILL_DISK ->
                cluster.onSmallDisk().flatMap(member -> cluster.smallDisk()).ifPresent(SmallDisk::fill);
            case SLOW_DISK_LEADER -> slowDown(leader());
            case SLOW_DISK_ONE -> slowDown(any());
        }
    }

    /** Everything as it should be: links, disks, processes. */
    void repair() {
        cluster.network().heal();
        cluster.smallDisk().ifPresent(SmallDisk::empty);
        slowDisks.forEach(SlowDisk::close);
        slowDisks.clear();
        cluster.members().forEach(member -> member.signal(Signal.CONT));
        cluster.members().stream().filter(this::isEnding).forEach(Member::awaitEnd);
        cluster.members().stream().filter(member -> !member.isAlive()).forEach(member -> cluster.start(member, "new"));
    }

    private boolean isEnding(Member member) {
        return member.isAlive() && member.wasToldToEnd();
    }

    private Member leader() {
        return cluster.leader().orElseGet(this::any);
    }

    private Member any() {
        return cluster.members().get(random.nextInt(cluster.members().size()));
    }

    private void stutter(Member member) {
        for (int i = 0; i < STUTTERS; i++) {
            member.signal(i % 2 == 0 ? Signal.STOP : Signal.CONT);
            Await.pause(Duration.ofMillis(random.nextLong(STUTTER_MILLIS_MAX)));
        }
    }

    private void slowDown(Member member) {
        Duration delay = Duration.ofMillis(random.nextLong(FORCE_MILLIS_MIN, FORCE_MILLIS_MAX));
        SlowDisk.under(member, delay).ifPresent(slowDisks::add);
    }

    private void split() {
        List<Member> shuffled = new ArrayList<>(cluster.members());
        Collections.shuffle(shuffled, new Random(random.nextLong()));
        List<Member> part = shuffled.subList(0, 1 + random.nextInt(shuffled.size()));
        for (Link link : links()) {
            if (isIn(part, link.from()) != isIn(part, link.to())) {
                cluster.network().cut(link);
            }
        }
    }

    private static boolean isIn(List<Member> part, String name) {
        return part.stream().anyMatch(member -> member.name().equals(name));
    }

    private void moveLeader() {
        for (int i = 0; i < MOVES; i++) {
            cluster.leader().ifPresent(leader -> cluster.id(any()).ifPresent(target -> {
                try {
                    MaintenanceGrpc.newBlockingStub(cluster.channel(leader))
                            .withDeadlineAfter(MOVE_LIMIT_SECONDS, TimeUnit.SECONDS)
                            .moveLeader(MoveLeaderRequest.newBuilder()
                                    .setTargetID(target)
                                    .build());
                } catch (StatusRuntimeException notNow) {
                    // Whether it moves is not the question here; what clients see meanwhile is.
                    Await.pause(Duration.ofMillis(random.nextLong(STUTTER_MILLIS_MAX)));
                }
            }));
        }
    }

    private Duration delay() {
        return Duration.ofMillis(random.nextLong(DELAY_MILLIS_MAX));
    }

    private List<Link> from(Member member) {
        return links().stream()
                .filter(link -> link.from().equals(member.name()))
                .toList();
    }

    private List<Link> to(Member member) {
        return links().stream().filter(link -> link.to().equals(member.name())).toList();
    }

    private List<Link> links() {
        List<Link> links = new ArrayList<>();
        for (Member from : cluster.members()) {
            for (Member to : cluster.members()) {
                if (from != to) {
                    links.add(new Link(from.name(), to.name()));
                }
            }
        }
        return links;
    }
}
