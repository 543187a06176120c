package io.leasehold.server.bootstrap;

import io.leasehold.server.config.ServerConfig.Bootstrap;
import io.leasehold.server.config.ServerConfig.ClusterState;
import io.leasehold.server.config.ServerConfig.InitialMember;
import io.leasehold.server.config.StartRefused;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What etcd demands of the flags that found a cluster or join one, in its words. They are looked at on a fresh directory
 * alone: once a member has data, it knows who it is.
 */
public final class FoundingFlags {
    private final String name;
    private final Bootstrap flags;

    private FoundingFlags(String name, Bootstrap flags) {
        this.name = name;
        this.flags = flags;
    }

    /**
     * Checks them for the member {@code name}.
     *
     * @throws StartRefused at the first that does not fit
     */
    public static void check(String name, Bootstrap flags) {
        FoundingFlags founding = new FoundingFlags(name, flags);
        InitialMember self = founding.self();
        founding.refuseSharedUrls();
        // Who joins has told the cluster its URLs before.
        if (flags.state() == ClusterState.NEW && !PeerUrls.same(self.peerUrls(), flags.advertisePeer())) {
            throw founding.mismatch(self);
        }
    }

    private InitialMember self() {
        return flags.members().stream()
                .filter(member -> member.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new StartRefused("couldn't find local name \"" + name
                        + "\" in the initial cluster configuration (--initial-cluster=" + initialCluster() + ")"));
    }

    private void refuseSharedUrls() {
        Set<String> seen = new HashSet<>();
        for (InitialMember member : flags.members()) {
            for (String url : member.peerUrls()) {
                if (!seen.add(url)) {
                    throw new StartRefused("initial cluster " + initialCluster() + " has duplicate url (" + url + ")");
                }
            }
        }
    }

    private StartRefused mismatch(InitialMember self) {
        List<String> advertised = flags.advertisePeer().stream().sorted().toList();
        String unadvertised = named(self.peerUrls(), advertised);
        return unadvertised.isEmpty()
                ? new StartRefused("--initial-advertise-peer-urls has " + named(advertised, self.peerUrls())
                        + " but missing from --initial-cluster=" + initialCluster())
                : new StartRefused("--initial-cluster has " + unadvertised
                        + " but missing from --initial-advertise-peer-urls=" + String.join(",", advertised));
    }

    private String named(List<String> urls, List<String> without) {
        return urls.stream()
                .filter(url -> !without.contains(url))
                .map(url -> name + "=" + url)
                .collect(Collectors.joining(","));
    }

    private String initialCluster() {
        return flags.members().stream()
                .flatMap(member -> member.peerUrls().stream().map(url -> member.name() + "=" + url))
                .collect(Collectors.joining(","));
    }
}
