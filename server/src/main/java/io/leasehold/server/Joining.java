package io.leasehold.server;

import io.leasehold.protocol.ReadsClock;
import io.leasehold.raft.ratis.LogRecovery;
import io.leasehold.raft.ratis.PeerDescription;
import io.leasehold.raft.ratis.PeerTls;
import io.leasehold.raft.ratis.RatisLog;
import io.leasehold.server.config.ServerConfig;
import io.leasehold.server.config.ServerConfig.InitialMember;
import io.leasehold.server.config.StartRefused;
import io.leasehold.server.replica.ClusterDescription;
import io.leasehold.server.replica.PeerAddress;
import io.leasehold.statemachine.Member;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a member asks those that run before it takes part: who it is to be, or whether it still belongs to them. */
final class Joining {
    private static final Logger LOGGER = LoggerFactory.getLogger(Joining.class);

    /** A member that runs answers within milliseconds; one that does not is not waited for. */
    private static final int ANSWER_LIMIT_MILLIS = 2_000;

    /** The limit grows by as much with each attempt, up to this: a first handshake over TLS on a busy machine. */
    private static final int ANSWER_LIMIT_MILLIS_MAX = 8_000;

    /**
     * For so long a cluster is asked that does not answer. A member that was alone until now closes its port and opens it again
     * when it takes in its first companion, which takes ten seconds on a busy machine; a wrong address is told of this late.
     */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(15);

    /** Between two attempts at first; twice as long each time, up to a second. */
    private static final int PAUSE_MILLIS_MIN = 200;

    private static final int PAUSE_MILLIS_MAX = 1_000;

    /**
     * A running cluster.
     *
     * @param groupId the identity of its log
     * @param logMembers who takes part in that; empty while it changes
     */
    record Found(UUID groupId, ClusterDescription description, Optional<Set<Long>> logMembers) {

        /** Whether a member was removed and the log does without its vote. */
        boolean hasLetGo(long memberId) {
            return description.removedMemberIds().contains(memberId) && !needs(memberId);
        }

        /** Whether the log may still need a member's vote. */
        boolean needs(long memberId) {
            return logMembers.map(ids -> ids.contains(memberId)).orElse(true);
        }
    }

    private Joining() {}

    /**
     * The cluster that {@code --initial-cluster} names, as one of its members describes it.
     *
     * @throws StartRefused when none answers, or the flags do not fit what it says
     */
    static Found existing(ServerConfig config, Optional<PeerTls> tls) {
        List<InitialMember> named = config.bootstrap().members();
        Found found = askPatiently(config, tls)
                .orElseThrow(() -> new StartRefused("cannot fetch cluster info from peer urls: could not retrieve"
                        + " cluster information from the given URLs of --initial-cluster"));
        validate(named, found.description());
        return found;
    }

    /**
     * Refuses a founder whose directory holds nothing although the others know it: it would vote a second time in an
     * election in which it has voted. Where nobody answers, a cluster begins.
     *
     * @throws StartRefused in etcd's words
     */
    static void refuseIfBootstrapped(ServerConfig config, ClusterIdentity founding, Optional<PeerTls> tls) {
        askOthers(config, tls, ANSWER_LIMIT_MILLIS)
                .ifPresent(found -> refuseIfStarted(found.description(), founding.memberId()));
    }

    private static void refuseIfStarted(ClusterDescription described, long memberId) {
        boolean started = described.members().stream()
                .anyMatch(member -> member.id() == memberId && !member.name().isEmpty());
        if (started) {
            String id = Long.toHexString(memberId);
            throw new StartRefused("member " + id + " has already been bootstrapped; its data directory is empty, so it"
                    + " cannot come back under this id. Remove it from the cluster (member remove " + id
                    + "), add it again and start it with --initial-cluster-state existing");
        }
    }

    /**
     * Asks again and again, for some seconds: a member that was alone until now listens for others a moment after it has
     * taken in its first companion, and its first handshake may take long on a busy machine.
     */
    @ReadsClock("how long it takes to ask is not known before")
    private static Optional<Found> askPatiently(ServerConfig config, Optional<PeerTls> tls) {
        long startNanos = System.nanoTime();
        int answerLimitMillis = ANSWER_LIMIT_MILLIS;
        int pauseMillis = PAUSE_MILLIS_MIN;
        Optional<Found> found = askOthers(config, tls, answerLimitMillis);
        while (found.isEmpty() && System.nanoTime() - startNanos < PATIENCE_NANOS) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMillis));
            pauseMillis = Math.min(2 * pauseMillis, PAUSE_MILLIS_MAX);
            found = askOthers(config, tls, answerLimitMillis);
            answerLimitMillis = Math.min(answerLimitMillis + ANSWER_LIMIT_MILLIS, ANSWER_LIMIT_MILLIS_MAX);
        }
        return found;
    }

    private static Optional<Found> askOthers(ServerConfig config, Optional<PeerTls> tls, int answerLimitMillis) {
        return answers(urlsOfOthers(config), tls, answerLimitMillis)
                .filter(answer -> !answer.description().members().isEmpty())
                .findFirst();
    }

    /** etcd's check: as many members, and each with the URLs that the cluster knows. */
    private static void validate(List<InitialMember> named, ClusterDescription described) {
        if (named.size() != described.members().size()) {
            throw new StartRefused(
                    "error validating peerURLs: member count is unequal: --initial-cluster names " + named.size()
                            + " members, the cluster has " + described.members().size());
        }
        for (InitialMember member : named) {
            if (find(described.members(), member.peerUrls()).isEmpty()) {
                throw new StartRefused("error validating peerURLs: unmatched member while checking PeerURLs: "
                        + member.name() + "=" + String.join(",", member.peerUrls()));
            }
        }
    }

    /**
     * Who a member is to be in an existing cluster: the member with its URLs.
     *
     * @throws StartRefused when there is none
     */
    static ClusterIdentity identity(ServerConfig config, ClusterDescription described) {
        Member self = find(described.members(), config.bootstrap().advertisePeer())
                .orElseThrow(
                        () -> new StartRefused("error validating peerURLs: no member of the cluster has the URLs of"
                                + " --initial-advertise-peer-urls; add it first (etcdctl member add)"));
        refuseIfStarted(described, self.id());
        return new ClusterIdentity(described.clusterId(), self.id(), new TreeMap<>(Long::compareUnsigned));
    }

    /** Whether the first of the others to answer says that a member was removed; false also when nobody does. */
    static boolean wasRemoved(long memberId, List<Member> members, Optional<PeerTls> tls) {
        return answers(urlsOfOthers(memberId, members), tls, ANSWER_LIMIT_MILLIS)
                .findFirst()
                .filter(answer -> answer.hasLetGo(memberId))
                .isPresent();
    }

    /** Whether one of the others says that the log may still need the vote of a member that was removed. */
    static boolean isStillNeeded(long memberId, List<Member> members, Optional<PeerTls> tls) {
        return answers(urlsOfOthers(memberId, members), tls, ANSWER_LIMIT_MILLIS)
                .anyMatch(answer -> answer.needs(memberId));
    }

    /**
     * Asks the others of a running member, given those that it knows, whether it was removed and can go. Who has no state yet
     * asks those of {@code --initial-cluster}. A cluster that was made anew from what was left of this one has nothing to say here.
     */
    static Predicate<List<Member>> askingOthers(
            ServerConfig config, ClusterIdentity identity, DataDirectory directory, Optional<PeerTls> tls) {
        long memberId = identity.memberId();
        return members -> {
            Stream<String> urls = members.isEmpty() ? urlsOfOthers(config) : urlsOfOthers(memberId, members);
            Optional<UUID> log = LogRecovery.groupIdIn(directory.log(), identity.clusterId());
            return answers(urls, tls, ANSWER_LIMIT_MILLIS)
                    .filter(answer -> log.isPresent() && log.get().equals(answer.groupId()))
                    .anyMatch(answer -> answer.hasLetGo(memberId));
        };
    }

    /** Those whom the flags name. */
    private static Stream<String> urlsOfOthers(ServerConfig config) {
        return config.bootstrap().members().stream()
                .filter(member -> !member.name().equals(config.name()))
                .flatMap(member -> member.peerUrls().stream());
    }

    private static Stream<String> urlsOfOthers(long memberId, List<Member> members) {
        return members.stream().filter(member -> member.id() != memberId).flatMap(member -> member.peerUrls().stream());
    }

    private static Optional<Member> find(List<Member> members, List<String> peerUrls) {
        Set<String> wanted = new HashSet<>(peerUrls);
        return members.stream()
                .filter(member -> wanted.equals(new HashSet<>(member.peerUrls())))
                .findFirst();
    }

    /** Asks one after the other, no more of them than the caller takes answers. */
    private static Stream<Found> answers(Stream<String> urls, Optional<PeerTls> tls, int answerLimitMillis) {
        return urls.map(url -> ask(url, tls, answerLimitMillis)).flatMap(Optional::stream);
    }

    private static Optional<Found> ask(String peerUrl, Optional<PeerTls> tls, int answerLimitMillis) {
        try {
            PeerDescription answer = RatisLog.askForDescription(PeerAddress.of(peerUrl), tls, answerLimitMillis);
            byte[] cluster = answer.cluster().toByteArray();
            return cluster.length == 0
                    ? Optional.empty()
                    : Optional.of(new Found(answer.groupId(), ClusterDescription.decode(cluster), answer.logMembers()));
        } catch (IOException nobody) {
            LOGGER.debug("no answer from {}: {}", peerUrl, nobody.toString());
            return Optional.empty();
        }
    }
}
