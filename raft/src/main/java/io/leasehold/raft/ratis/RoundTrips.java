package io.leasehold.raft.ratis;

import io.leasehold.protocol.ReadsClock;
import io.leasehold.raft.PeerNetwork.RoundTripListener;
import io.leasehold.raft.PeerNetwork.Topic;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Measures how long a message and its answer take: now and then a sign of life is a question that the other member sends
 * back as it is. A member that knows nothing of questions takes it for a sign of life. Any thread.
 */
@ReadsClock("the time between a question and its answer is known only here")
final class RoundTrips {

    /** About a second. */
    private static final int TICKS_BETWEEN = 1_000 / PeerStreams.TICK_MILLIS;

    private static final byte QUESTION = 1;
    private static final byte ANSWER = 2;

    /** Topic, kind, and when it was asked, in the asker's nanoseconds. */
    private static final int MESSAGE_BYTES = 2 + Long.BYTES;

    private static final byte[] SIGN_OF_LIFE = {Topic.LIFE.code()};

    private volatile RoundTripListener listener = (memberId, nanos) -> {};

    void tell(RoundTripListener newListener) {
        listener = newListener;
    }

    /** What to send at a tick. */
    static byte[] signOfLife(long tick) {
        return tick % TICKS_BETWEEN == 0 ? message(QUESTION, System.nanoTime()) : SIGN_OF_LIFE;
    }

    /** Takes in a sign of life; returns what to send back, if anything. */
    byte @Nullable [] received(long from, byte[] sign) {
        if (sign.length != MESSAGE_BYTES) {
            return null;
        }
        ByteBuffer message = ByteBuffer.wrap(sign).position(1);
        byte kind = message.get();
        long askedNanos = message.getLong();
        if (kind == QUESTION) {
            return message(ANSWER, askedNanos);
        }
        if (kind == ANSWER) {
            listener.took(from, Math.max(0, System.nanoTime() - askedNanos));
        }
        return null;
    }

    private static byte[] message(byte kind, long askedNanos) {
        return ByteBuffer.allocate(MESSAGE_BYTES)
                .put(Topic.LIFE.code())
                .put(kind)
                .putLong(askedNanos)
                .array();
    }
}
