package io.leasehold.server.replica;

import io.leasehold.mvcc.SegmentRewrite;
import io.leasehold.statemachine.StateMachine;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the Applier is asked to do, in the order of asking. */
sealed interface ApplierTask {
    /** A committed entry; {@code entry} on the member that proposed it. */
    record Committed(long index, long term, ByteBuffer payload, @Nullable ProposedEntry entry) implements ApplierTask {}

    /** A committed entry of the engine's own. */
    record Internal(long index, long term) implements ApplierTask {}

    /** This member leads in the term and has every entry before it. */
    record LeaderReady(long term) implements ApplierTask {}

    /** This member leads no more. */
    record LeaderLost(long term) implements ApplierTask {}

    /** A read that waits until the entry at {@code index} is applied. */
    record AwaitIndex(long index, Executor executor, Consumer<ReadPoint> listener) implements ApplierTask {}

    /** A question to the state, answered between two entries. */
    record Query(Consumer<StateMachine> question) implements ApplierTask {}

    /** What was to be written anew is copied. */
    record Copied(SegmentRewrite rewrite) implements ApplierTask {}

    /** What was to be written anew could not be copied, and was abandoned. */
    record CopyFailed(SegmentRewrite rewrite) implements ApplierTask {}

    /** The store's space is to be given back; {@code done} is called afterwards, on any thread. */
    record GiveSpaceBack(Runnable done) implements ApplierTask {}

    /** A checkpoint is durable. */
    record CheckpointDone() implements ApplierTask {}
}
