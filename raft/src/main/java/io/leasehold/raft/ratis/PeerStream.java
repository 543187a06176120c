package io.leasehold.raft.ratis;

import java.util.ArrayDeque;
import org.apache.ratis.thirdparty.io.grpc.CallOptions;
import org.apache.ratis.thirdparty.io.grpc.ClientCall;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our messages to one other member: keeps a call open, opens it anew when it ends, and lets messages wait while the
 * connection takes none. What waits is bounded; what does not fit, and what comes while there is no call, is dropped.
 *
 * <p>{@link #send} is for any thread, {@link #tick} and {@link #close} for the one that owns the network.
 */
final class PeerStream {

    private static final Logger LOG = LoggerFactory.getLogger(PeerStream.class);

    /** Waiting at most: some seconds of a busy follower's requests. */
    private static final long WAITING_BYTES_LIMIT = 32L << 20;

    private final long peerId;
    private final Metadata headers;
    private final ManagedChannel channel;
    private final Object lock = new Object();
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();

    /** Guarded by the lock, as the queue is. */
    private long waitingBytes;

    private @Nullable Call call;
    private boolean closed;

    /** Why TLS was refused last; told again when it becomes another reason, or after the member had answered. */
    private volatile String lastRefusal = "";

    /** One call, from its start to its end. */
    private final class Call extends ClientCall.Listener<byte[]> {
        private final ClientCall<byte[], byte[]> client = channel.newCall(PeerStreamMethod.STREAM, CallOptions.DEFAULT);

        void start() {
            Metadata copy = new Metadata();
            copy.merge(headers);
            client.start(this, copy);
            client.request(1);
        }

        @Override
        public void onHeaders(Metadata answer) {
            lastRefusal = "";
        }

        @Override
        public void onReady() {
            synchronized (lock) {
                if (call == this) {
                    drain();
                }
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            synchronized (lock) {
                if (call != this) {
                    return;
                }
                call = null;
                forgetWaiting();
            }
            TlsRefusal.in(status.getCause()).ifPresent(PeerStream.this::tellRefusal);
            if (status.getCode() != Status.Code.UNAVAILABLE && status.getCode() != Status.Code.CANCELLED) {
                LOG.warn("a member refuses our messages peer={} status={}", Long.toHexString(peerId), status);
            }
        }
    }

    /** Calls are tried ten times a second; a certificate that is refused stays refused for a while. */
    private void tellRefusal(String reason) {
        if (!reason.equals(lastRefusal)) {
            lastRefusal = reason;
            LOG.warn("a member does not speak with us peer={} error={}", Long.toHexString(peerId), reason);
        }
    }

    /**
     * A stream that opens at the first tick.
     *
     * @param headers who we are, sent with each call
     * @param channel to that member, and ours from here on
     */
    PeerStream(long peerId, Metadata headers, ManagedChannel channel) {
        this.peerId = peerId;
        this.headers = headers;
        this.channel = channel;
    }

    /** Whether the message is on its way, or waits to be. */
    boolean send(byte[] message) {
        synchronized (lock) {
            if (call == null || waitingBytes + message.length > WAITING_BYTES_LIMIT) {
                return false;
            }
            if (waiting.isEmpty() && call.client.isReady()) {
                call.client.sendMessage(message);
            } else {
                waiting.add(message);
                waitingBytes += message.length;
            }
            return true;
        }
    }

    /** Opens a call if there is none; the channel is not to wait longer and longer for a member that is away. */
    void tick() {
        synchronized (lock) {
            if (call != null || closed) {
                return;
            }
            channel.resetConnectBackoff();
            call = new Call();
            call.start();
        }
    }

    /** Gives up the present call: nothing comes from that member any more. */
    void reset() {
        synchronized (lock) {
            if (call != null) {
                call.client.cancel("the member is silent", null);
            }
        }
        channel.enterIdle();
    }

    void close() {
        synchronized (lock) {
            closed = true;
            forgetWaiting();
        }
        channel.shutdownNow();
    }

    private void drain() {
        while (call != null && call.client.isReady() && !waiting.isEmpty()) {
            byte[] message = waiting.remove();
            waitingBytes -= message.length;
            call.client.sendMessage(message);
        }
    }

    private void forgetWaiting() {
        waiting.clear();
        waitingBytes = 0;
    }
}
