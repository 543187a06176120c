package io.leasehold.raft.ratis;

import io.leasehold.raft.LogMembership;
import io.leasehold.raft.MembershipSteps;
import io.leasehold.raft.PeerNetwork;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer.Division;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the engine's configuration follow the caller's table of members, and hands leadership over. The engine takes one
 * change at a time and only from its leader; so each step is decided anew at a {@link #tick}, from the difference between
 * the two, and whoever leads next goes on where this one stopped.
 *
 * <pre>
 *   in the table, not in the engine:  heard? ──▶ listener ──knows of it──▶ voter
 *   in the engine, not in the table:  this member? ──▶ hand leadership over     another? ──▶ out
 * </pre>
 */
final class EngineMembership implements LogMembership {

    private static final Logger LOG = LoggerFactory.getLogger(EngineMembership.class);

    /** etcd promotes a learner that has nine tenths of what the leader has. */
    private static final double LEVEL_SHARE = 0.9;

    private final RatisSettings settings;
    private final Supplier<Optional<Division>> engine;
    private final Leadership leadership;
    private final PeerStreams streams;
    /** Called when there are other members; a member that was alone sets up its network then. */
    private final Runnable company;
    /** Called when this member is not one of the members any more. */
    private final Runnable leaving;

    private final ClientId clientId = ClientId.randomId();
    private final AtomicLong callIds = new AtomicLong();
    private volatile List<LogMember> table = List.of();
    private volatile boolean changing;

    EngineMembership(
            RatisSettings settings,
            Supplier<Optional<Division>> engine,
            Leadership leadership,
            PeerStreams streams,
            Runnable company,
            Runnable leaving) {
        this.settings = settings;
        this.company = company;
        this.leaving = leaving;
        this.engine = engine;
        this.leadership = leadership;
        this.streams = streams;
    }

    @Override
    public void follow(List<LogMember> members) {
        for (LogMember member : members) {
            PeerAddressBook.ofTheProcess().put(member.memberId(), member.addresses());
        }
        table = List.copyOf(members);
        if (members.stream().noneMatch(member -> member.memberId() == settings.memberId())) {
            leaving.run();
        }
        if (members.size() > 1) {
            company.run();
        }
    }

    @Override
    public boolean takesPart() {
        return engine.get()
                .map(division -> {
                    MembershipSteps.Plan plan = planOf(division.getRaftConf());
                    return plan.voters().contains(settings.memberId())
                            || plan.listeners().contains(settings.memberId());
                })
                .orElse(false);
    }

    /** Who takes part, with a vote or without; empty while a change of that is under way or not known to be committed. */
    Optional<Set<Long>> settled() {
        return engine.get().flatMap(division -> {
            RaftConfiguration members = division.getRaftConf();
            boolean committed =
                    members.getLogEntryIndex() <= division.getRaftLog().getLastCommittedIndex();
            MembershipSteps.Plan plan = planOf(members);
            // A newcomer knows of nobody yet.
            if (!committed
                    || !members.getPreviousPeers().isEmpty()
                    || plan.voters().isEmpty()) {
                return Optional.empty();
            }
            Set<Long> ids = new HashSet<>(plan.voters());
            ids.addAll(plan.listeners());
            return Optional.of(ids);
        });
    }

    @Override
    public boolean isLevel(long memberId) {
        return engine.get().map(division -> isLevel(division, memberId)).orElse(false);
    }

    private static boolean isLevel(Division division, long memberId) {
        long committed = division.getRaftLog().getLastCommittedIndex();
        return committedBy(division, memberId) >= committed * LEVEL_SHARE;
    }

    /** What a member is known to have committed; -1 if nothing is known of it. */
    private static long committedBy(Division division, long memberId) {
        RaftPeerId id = PeerIds.toRatis(memberId);
        for (CommitInfoProto known : division.getCommitInfos()) {
            if (RaftPeerId.valueOf(known.getServer().getId()).equals(id)) {
                return known.getCommitIndex();
            }
        }
        return -1;
    }

    @Override
    public void transferTo(long memberId, Duration limit, Consumer<Boolean> listener) {
        Optional<Division> running = engine.get();
        if (running.isEmpty()) {
            listener.accept(false);
            return;
        }
        Division division = running.get();
        TransferLeadershipRequest request = new TransferLeadershipRequest(
                clientId,
                division.getId(),
                division.getMemberId().getGroupId(),
                callIds.incrementAndGet(),
                PeerIds.toRatis(memberId),
                Math.max(1, limit.toMillis()));
        submit(() -> division.getRaftServer().transferLeadershipAsync(request), listener);
    }

    /** One look at the difference, and one step if there is one to make. The owner of the network. */
    void tick() {
        Optional<Division> running = engine.get();
        if (running.isEmpty()) {
            return;
        }
        Division division = running.get();
        RaftConfiguration members = division.getRaftConf();
        Set<Long> known = new HashSet<>();
        table.forEach(member -> known.add(member.memberId()));
        // Whoever is on the way out still has to be heard.
        members.getAllPeers().forEach(peer -> known.add(PeerIds.fromRatis(peer.getId())));
        streams.connect(known);
        boolean leads = division.getInfo().isLeader()
                && leadership.isReadyIn(division.getInfo().getCurrentTerm());
        if (leads && !changing && members.getPreviousPeers().isEmpty() && !table.isEmpty()) {
            step(division, planOf(members));
        }
    }

    private void step(Division division, MembershipSteps.Plan now) {
        Map<Long, PeerNetwork.Contact> contacts = streams.contacts();
        LongPredicate isHeard =
                id -> contacts.getOrDefault(id, PeerNetwork.Contact.NONE).isConnected();
        boolean stays = table.stream().anyMatch(member -> member.memberId() == settings.memberId());
        Optional<Long> successor = stays ? Optional.empty() : MembershipSteps.successor(now, table, isHeard);
        if (successor.isPresent()) {
            leaveTo(successor.get());
            return;
        }
        MembershipSteps.next(
                        settings.memberId(),
                        now,
                        table,
                        isHeard,
                        id -> committedBy(division, id)
                                >= division.getRaftConf().getLogEntryIndex())
                .ifPresent(plan -> change(division, now, plan));
    }

    /** This member is to go: another one leads on and takes it out. */
    private void leaveTo(long successor) {
        changing = true;
        transferTo(successor, Duration.ofMillis(settings.electionTimeoutMillis()), done -> changing = false);
    }

    private void change(Division division, MembershipSteps.Plan now, MembershipSteps.Plan next) {
        SetConfigurationRequest request = new SetConfigurationRequest(
                clientId,
                division.getId(),
                division.getMemberId().getGroupId(),
                callIds.incrementAndGet(),
                SetConfigurationRequest.Arguments.newBuilder()
                        .setServersInCurrentConf(peers(now.voters()))
                        .setListenersInCurrentConf(peers(now.listeners()))
                        .setServersInNewConf(peers(next.voters()))
                        .setListenersInNewConf(peers(next.listeners()))
                        .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                        .build());
        changing = true;
        LOG.info("members of the log change voters={} learners={}", text(next.voters()), text(next.listeners()));
        submit(() -> division.getRaftServer().setConfigurationAsync(request), done -> changing = false);
    }

    /** Whether the log counts on it, as a voter or as a learner. */
    static boolean isMember(RaftConfiguration members, RaftPeerId id) {
        return members.getPeer(id, RaftPeerRole.FOLLOWER, RaftPeerRole.LISTENER) != null;
    }

    /** A call of the engine's that may throw at once. */
    private interface Call {
        CompletableFuture<RaftClientReply> begin() throws IOException;
    }

    private static void submit(Call call, Consumer<Boolean> listener) {
        try {
            var unused = call.begin().whenComplete((reply, failed) -> {
                boolean done = failed == null && reply.isSuccess();
                if (!done) {
                    LOG.info(
                            "the engine did not do it: {}",
                            String.valueOf(failed != null ? failed : reply.getException()));
                }
                listener.accept(done);
            });
        } catch (IOException | RuntimeException failed) {
            LOG.info("the engine did not do it: {}", failed.toString());
            listener.accept(false);
        }
    }

    private static MembershipSteps.Plan planOf(RaftConfiguration members) {
        return new MembershipSteps.Plan(
                ids(members.getCurrentPeers()), ids(members.getCurrentPeers(RaftPeerRole.LISTENER)));
    }

    private static Set<Long> ids(Collection<RaftPeer> peers) {
        return peers.stream().map(peer -> PeerIds.fromRatis(peer.getId())).collect(Collectors.toUnmodifiableSet());
    }

    private static List<RaftPeer> peers(Set<Long> ids) {
        return ids.stream().sorted().map(PeerIds::toPeer).toList();
    }

    private static String text(Set<Long> ids) {
        List<String> texts = new ArrayList<>();
        ids.stream().sorted(Long::compareUnsigned).map(Long::toHexString).forEach(texts::add);
        return String.join(",", texts);
    }
}
