package io.leasehold.client.maintenance;

import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Status, alarms, snapshots and the like. What asks a member takes its endpoint, {@code host:port}, which need not be one of
 * the client's. Safe for any thread; no method blocks.
 */
public interface Maintenance {
    /** How a member stands. */
    CompletableFuture<MemberStatus> status(String endpoint);

    /** The alarms of all members. */
    CompletableFuture<List<Alarm>> alarms();

    /** Takes an alarm back; member 0 and type NONE stand for all. Answers those that were taken back. */
    CompletableFuture<List<Alarm>> disarm(Alarm alarm);

    /** Lets a member give space back; it may not answer others meanwhile. */
    CompletableFuture<Void> defragment(String endpoint);

    /** A member's hash at a revision; 0 is its newest. */
    CompletableFuture<KvHash> hash(String endpoint, long revision);

    /** Makes another member the leader; to be asked of the leader. */
    CompletableFuture<Void> moveLeader(String endpoint, long memberId);

    /**
     * Writes a member's snapshot to the stream, which is not closed; answers the number of bytes. It may take as long as it
     * likes, but fails when nothing comes for a minute; cancel the future to end it. The stream is written to on the callback
     * executor.
     */
    CompletableFuture<Long> snapshot(String endpoint, OutputStream target);
}
