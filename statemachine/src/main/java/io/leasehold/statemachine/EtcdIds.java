package io.leasehold.statemachine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.List;

/** Ids as etcd derives them: the first eight bytes of a SHA-1, so that the same flags give the same ids. Any thread. */
public final class EtcdIds {
    private EtcdIds() {}

    /**
     * A member's id, over its sorted peer URLs and a text.
     *
     * @param salt the cluster's token for its founders; something that is never the same for those added later
     */
    public static long memberId(List<String> peerUrls, String salt) {
        String joined = String.join("", peerUrls.stream().sorted().toList()) + salt;
        return firstLong(joined.getBytes(StandardCharsets.UTF_8));
    }

    /** A cluster's id, over the ids of its founders in the order of the collection, which etcd sorts. */
    public static long clusterId(Collection<Long> memberIds) {
        ByteBuffer ids = ByteBuffer.allocate(memberIds.size() * Long.BYTES);
        memberIds.forEach(ids::putLong);
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
