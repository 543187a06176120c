package io.leasehold.raft.ratis;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * One proposal on its way through the engine: travels as the request's message and comes back as the transaction's
 * context. Makes sure of the one answer: whoever {@linkplain #claim claims} it first gives it.
 */
final class ProposedEntry implements Message {

    private final ByteString payload;
    private final Object proposal;
    private final AtomicBoolean answered = new AtomicBoolean();
    /** Set before the entry gets its place in the log; from then on it may be committed whatever the engine says. */
    private volatile boolean appended;

    ProposedEntry(byte[] payload, Object proposal) {
        // The seam gives the array away for good, so wrapping saves a copy of up to a megabyte.
        this.payload = UnsafeByteOperations.unsafeWrap(payload);
        this.proposal = proposal;
    }

    @Override
    public ByteString getContent() {
        return payload;
    }

    Object proposal() {
        return proposal;
    }

    /** Takes the right to answer; true for the first caller alone. */
    boolean claim() {
        return answered.compareAndSet(false, true);
    }

    void markAppended() {
        appended = true;
    }

    /** Whether a refusal by the engine no longer means that the entry was never written. */
    boolean isAppended() {
        return appended;
    }

    @Override
    public String toString() {
        return "entry of " + payload.size() + " bytes";
    }
}
