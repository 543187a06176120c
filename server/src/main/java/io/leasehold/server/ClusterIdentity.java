package io.leasehold.server;

import io.leasehold.server.config.ServerConfig;
import io.leasehold.server.config.ServerConfig.InitialMember;
import io.leasehold.statemachine.Member;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
            long id = memberId(member.peerUrls(), token);
            members.put(id, member);
            if (member.name().equals(name)) {
                self = id;
            }
        }
        return new ClusterIdentity(clusterId(members), self, members);
    }

    /** The founding members as the state begins with them: their names come when they publish themselves. */
    List<Member> founders() {
        return members.entrySet().stream()
                .map(entry -> new Member(entry.getKey(), "", entry.getValue().peerUrls(), List.of(), false))
                .toList();
    }

    /** SHA-1 over the sorted URLs and the token, its first eight bytes. */
    static long memberId(List<String> peerUrls, String token) {
        String joined = String.join("", peerUrls.stream().sorted().toList()) + token;
        return firstLong(joined.getBytes(StandardCharsets.UTF_8));
    }

    private static long clusterId(SortedMap<Long, InitialMember> members) {
        ByteBuffer ids = ByteBuffer.allocate(members.size() * Long.BYTES);
        members.keySet().forEach(ids::putLong);
        return firstLong(ids.array());
    }

    private static long firstLong(byte[] input) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-1").digest(input))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
