package io.leasehold.faults.cluster;

import com.google.protobuf.ByteString;
import io.leasehold.interop.Await;
import io.leasehold.protocol.etcdserverpb.CompactionRequest;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.HashKVRequest;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.StatusResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Questions to a cluster that should be well. One thread. */
public final class Health {
    /** Members come back within seconds; a busy machine takes longer, and one that never comes is what is looked for. */
    public static final Duration PATIENCE = Duration.ofMinutes(2);

    /** The first start of all may build the server and prepare its class cache. */
    public static final Duration PATIENCE_AT_FIRST = Duration.ofMinutes(5);

    private static final long CALL_LIMIT_SECONDS = 15;

    private final FaultyCluster cluster;
    private int turn;

    /** Asks that cluster. */
    public Health(FaultyCluster cluster) {
        this.cluster = cluster;
    }

    /** Waits until all members run, name the same leader and serve linearizable reads; fails when they do not. */
    public void await(Duration limit) {
        Await.until("all members to be well", limit, () -> {
            List<Long> leaders = cluster.members().stream()
                    .map(member -> cluster.status(member)
                            .map(StatusResponse::getLeader)
                            .orElse(0L))
                    .distinct()
                    .toList();
            if (leaders.size() != 1 || leaders.getFirst() == 0) {
                return false;
            }
            cluster.members().forEach(this::revision);
            return true;
        });
    }

    /** The store's revision, as a linearizable read through a member says. */
    public long revision(Member member) {
        return kv(member).range(range("revision", "")).getHeader().getRevision();
    }

    /** The same through any member that answers; tries until one does. */
    public long revision() {
        List<Long> revisions = new ArrayList<>();
        Await.until("a linearizable read", PATIENCE, () -> {
            Member member = cluster.members().get(turn++ % cluster.members().size());
            return revisions.add(revision(member));
        });
        return revisions.getFirst();
    }

    /** How many keys with a prefix are there. */
    public long count(String prefix) {
        return kv(cluster.members().getFirst())
                .range(range(prefix, end(prefix)).toBuilder().setCountOnly(true).build())
                .getCount();
    }

    /** Members that differ from each other at a revision; empty when all have the same. */
    public Map<String, Integer> differingHashes(long revision) {
        Map<String, Integer> hashes = new HashMap<>();
        for (Member member : cluster.members()) {
            hashes.put(
                    member.name(),
                    MaintenanceGrpc.newBlockingStub(cluster.channel(member))
                            .withDeadlineAfter(CALL_LIMIT_SECONDS, TimeUnit.SECONDS)
                            .hashKV(HashKVRequest.newBuilder()
                                    .setRevision(revision)
                                    .build())
                            .getHash());
        }
        return new HashSet<>(hashes.values()).size() == 1 ? Map.of() : hashes;
    }

    /** Deletes the keys with a prefix and forgets their history. */
    public void cleanUp(String prefix) {
        Await.until("room for the next round", PATIENCE, () -> {
            KVGrpc.KVBlockingStub kv = kv(cluster.members().getLast());
            long revision = kv.deleteRange(DeleteRangeRequest.newBuilder()
                            .setKey(ByteString.copyFromUtf8(prefix))
                            .setRangeEnd(ByteString.copyFromUtf8(end(prefix)))
                            .build())
                    .getHeader()
                    .getRevision();
            kv.compact(CompactionRequest.newBuilder().setRevision(revision).build());
            return true;
        });
    }

    private KVGrpc.KVBlockingStub kv(Member member) {
        return KVGrpc.newBlockingStub(cluster.channel(member)).withDeadlineAfter(CALL_LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private static RangeRequest range(String key, String end) {
        return RangeRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setRangeEnd(ByteString.copyFromUtf8(end))
                .build();
    }

    /** Prefixes end with an ASCII character. */
    private static String end(String prefix) {
        int last = prefix.length() - 1;
        return prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
    }
}
