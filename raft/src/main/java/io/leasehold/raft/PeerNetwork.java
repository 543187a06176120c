package io.leasehold.raft;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Carries messages between members, beside the log: confirmations of leadership, forwarded requests, snapshots. A message
 * is sent once and arrives once, later, or never; those from one member to another that do arrive keep their order. Who
 * needs an answer sends a number along and tries again.
 *
 * <p>The first byte of a message is its {@linkplain Topic topic}, which decides who hears it.
 */
public interface PeerNetwork {

    /** A network without anybody on it: for a member that is alone. */
    PeerNetwork NOBODY = new PeerNetwork() {
        @Override
        public boolean send(long memberId, byte[] message) {
            return false;
        }

        @Override
        public void listen(Topic topic, PeerListener listener) {
            // Nobody speaks.
        }

        @Override
        public Map<Long, Contact> contacts() {
            return Map.of();
        }
    };

    /** Whom a message is for. */
    enum Topic {
        /** The network's own sign of life. */
        LIFE(0),
        /** Confirmations of leadership. */
        GUARD(1),
        /** Requests on behalf of clients, and what is answered to them. */
        REQUESTS(2),
        /** The state for a member that is too far behind for the log. */
        SNAPSHOT(3);

        private static final List<Topic> BY_CODE = List.of(values());

        private final byte code;

        Topic(int code) {
            this.code = (byte) code;
        }

        /** The first byte of a message about it; never changes. */
        public byte code() {
            return code;
        }

        /** What a message is about; empty for what no release up to this one knows. */
        public static Optional<Topic> of(byte[] message) {
            return message.length == 0 || message[0] < 0 || message[0] >= BY_CODE.size()
                    ? Optional.empty()
                    : Optional.of(BY_CODE.get(message[0]));
        }
    }

    /** Hears messages; called on threads of the network, must return at once. */
    interface PeerListener {
        /**
         * A message has come.
         *
         * @param fromMemberId who sent it
         * @param message all of it, the topic's byte included; position at the byte behind it. The listener's to keep
         */
        void received(long fromMemberId, ByteBuffer message);
    }

    /**
     * How well another member is heard.
     *
     * @param silentMillis how long nothing came from it, about
     * @param connectedMillis for how long it has been heard without a gap; 0 when it is not heard
     */
    record Contact(long silentMillis, long connectedMillis) {
        /** Nothing was ever heard. */
        public static final Contact NONE = new Contact(Long.MAX_VALUE, 0);

        /** Whether it is heard now. */
        public boolean isConnected() {
            return connectedMillis > 0;
        }
    }

    /**
     * What went between this member and another one since the process started, in bytes: the log's own messages, and those
     * sent here.
     */
    record Traffic(long sentBytes, long receivedBytes) {}

    /** What went between this member and each other one, by their ids. Any thread. */
    default Map<Long, Traffic> traffic() {
        return Map.of();
    }

    /** Hears how long a message and its answer took; called on threads of the network, must return at once. */
    interface RoundTripListener {
        /** {@code nanos} from here to that member and back. */
        void took(long memberId, long nanos);
    }

    /** Tells every second how long it takes to reach each member and to hear from it. Set before the log starts. */
    default void timeRoundTrips(RoundTripListener listener) {}

    /**
     * How often the log sent a follower nothing for much longer than it should while it led: twice the time between two
     * heartbeats, or a whole election timeout when the follower does not answer. Any thread.
     */
    default long lateHeartbeats() {
        return 0;
    }

    /**
     * Sends a message, or drops it when there is no connection or too much waits already. Any thread, returns at once.
     *
     * @return false if it was dropped and will never arrive; true says nothing
     */
    boolean send(long memberId, byte[] message);

    /** Sets who hears a topic, before the log starts. */
    void listen(Topic topic, PeerListener listener);

    /** How well each other member is heard. Any thread. */
    Map<Long, Contact> contacts();
}
