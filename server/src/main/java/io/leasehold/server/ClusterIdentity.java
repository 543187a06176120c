package io.leasehold.server;

import io.leasehold.server.config.ServerConfig;
import io.leasehold.server.config.ServerConfig.InitialMember;
import io.leasehold.statemachine.EtcdIds;
import io.leasehold.statemachine.Member;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Ids of a cluster and of its first members, derived from what all of them are started with, so that they agree without
 * having talked: etcd's derivation ({@code membership.NewMember}, {@code RaftCluster.genID}), which gives a member
 * that was started with the same flags the id it had in etcd.
 *
 * @param clusterId id of the cluster, an unsigned number
 * @param memberId id of this member, an unsigned number
 * @param members the members that the flags name, by the ids derived from them, in unsigned order
 */
public record ClusterIdentity(long clusterId, long memberId, SortedMap<Long, InitialMember> members) {
    /** Derives the ids from the founding members and the token. */
    public static ClusterIdentity of(ServerConfig config) {
        return of(
                config.name(), config.bootstrap().members(), config.bootstrap().token());
    }

    /** Derives the ids; that of this member is 0 if no founding member has its name. */
    static ClusterIdentity of(String name, List<InitialMember> founders, String token) {
        SortedMap<Long, InitialMember> members = new TreeMap<>(Long::compareUnsigned);
        long self = 0;
        for (InitialMember member : founders) {
            long id = EtcdIds.memberId(member.peerUrls(), token);
            members.put(id, member);
            if (member.name().equals(name)) {
                self = id;
            }
        }
        return new ClusterIdentity(EtcdIds.clusterId(members.keySet()), self, members);
    }

    /** The founding members as the state begins with them: their names come when they publish themselves. */
    List<Member> founders() {
        return members.entrySet().stream()
                .map(entry -> new Member(entry.getKey(), "", entry.getValue().peerUrls(), List.of(), false))
                .toList();
    }
}
