package io.leasehold.server;

import io.leasehold.raft.ratis.PeerTls;
import io.leasehold.raft.ratis.RatisLog;
import io.leasehold.server.config.ServerConfig;
import io.leasehold.server.config.ServerConfig.InitialMember;
import io.leasehold.server.config.StartRefused;
import io.leasehold.server.replica.ClusterDescription;
import io.leasehold.statemachine.Member;
import java.io.IOException;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a member asks those that run before it takes part: who it is to be, or whether it still belongs to them. */
final class Joining {
    private static final Logger LOGGER = LoggerFactory.getLogger(Joining.class);

    /** A member that runs answers within milliseconds; one that does not is not waited for. */
    private static final int ANSWER_LIMIT_MILLIS = 2_000;

    private Joining() {}

    /**
     * The cluster that {@code --initial-cluster} names, as one of its members describes it.
     *
     * @throws StartRefused when none answers, or the flags do not fit what it says
     */
    static ClusterDescription existing(ServerConfig config, Optional<PeerTls> tls) {
        List<InitialMember> named = config.bootstrap().members();
        ClusterDescription described = named.stream()
                .filter(member -> !member.name().equals(config.name()))
                .flatMap(member -> member.peerUrls().stream())
                .map(url -> ask(url, tls))
                .flatMap(Optional::stream)
                .filter(answer -> !answer.members().isEmpty())
                .findFirst()
                .orElseThrow(() -> new StartRefused("cannot fetch cluster info from peer urls: could not retrieve"
                        + " cluster information from the given URLs of --initial-cluster"));
        validate(named, described);
        return described;
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
        return new ClusterIdentity(described.clusterId(), self.id(), new TreeMap<>(Long::compareUnsigned));
    }

    /** Whether one of the others says that a member was removed; false also when nobody answers. */
    static boolean wasRemoved(long memberId, List<Member> members, Optional<PeerTls> tls) {
        return members.stream()
                .filter(member -> member.id() != memberId)
                .flatMap(member -> member.peerUrls().stream())
                .map(url -> ask(url, tls))
                .flatMap(Optional::stream)
                .findFirst()
                .filter(answer -> answer.removedMemberIds().contains(memberId))
                .isPresent();
    }

    private static Optional<Member> find(List<Member> members, List<String> peerUrls) {
        Set<String> wanted = new HashSet<>(peerUrls);
        return members.stream()
                .filter(member -> wanted.equals(new HashSet<>(member.peerUrls())))
                .findFirst();
    }

    private static Optional<ClusterDescription> ask(String peerUrl, Optional<PeerTls> tls) {
        try {
            byte[] answer = RatisLog.askForDescription(URI.create(peerUrl).getAuthority(), tls, ANSWER_LIMIT_MILLIS);
            return answer.length == 0 ? Optional.empty() : Optional.of(ClusterDescription.decode(answer));
        } catch (IOException nobody) {
            LOGGER.debug("no answer from {}: {}", peerUrl, nobody.toString());
            return Optional.empty();
        }
    }
}
