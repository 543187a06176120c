package io.leasehold.server.rpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.leasehold.protocol.ErrorCode;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * The streams open now, so that the server can end them: all when it stops, and those that asked for a leader when there
 * has been none for three looks in a row. {@link #lookForLeader} belongs to one thread, the rest to any.
 */
final class StreamingCalls {
    /** One look per election time-out, so that an ordinary election ends no stream. */
    private static final int LOOKS_WITHOUT_LEADER = 3;

    private final Set<Endable<?, ?>> open = ConcurrentHashMap.newKeySet();
    private int looksWithoutLeader;

    /** Starts a streaming call that can be ended from outside. */
    <Q, R> ServerCall.Listener<Q> start(
            ServerCall<Q, R> call,
            Metadata metadata,
            ServerCallHandler<Q, R> next,
            CallThreads.CallThread thread,
            boolean needsLeader) {
        Endable<Q, R> endable = new Endable<>(call, thread, needsLeader);
        open.add(endable);
        return new SimpleForwardingServerCallListener<>(next.startCall(endable, metadata)) {
            @Override
            public void onCancel() {
                open.remove(endable);
                super.onCancel();
            }

            @Override
            public void onComplete() {
                open.remove(endable);
                super.onComplete();
            }
        };
    }

    /** To be called once per election time-out: ends the streams that need a leader after too long without. */
    void lookForLeader(BooleanSupplier leaderKnown) {
        looksWithoutLeader = leaderKnown.getAsBoolean() ? 0 : looksWithoutLeader + 1;
        if (looksWithoutLeader >= LOOKS_WITHOUT_LEADER) {
            for (Endable<?, ?> call : open) {
                if (call.needsLeader) {
                    call.end(ErrorCode.NO_LEADER.toStatus());
                }
            }
        }
    }

    /** Ends all streams: the server stops. */
    void endAll() {
        open.forEach(call -> call.end(ErrorCode.STOPPED.toStatus()));
    }

    /** A call that is closed once, by its handler or from outside; what its handler sends after that is dropped. */
    private static final class Endable<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final CallThreads.CallThread thread;
        private final boolean needsLeader;
        /** Call's thread only. */
        private boolean closed;

        Endable(ServerCall<Q, R> call, CallThreads.CallThread thread, boolean needsLeader) {
            super(call);
            this.thread = thread;
            this.needsLeader = needsLeader;
        }

        void end(Status status) {
            thread.executor().execute(() -> close(status, new Metadata()));
        }

        @Override
        public void sendMessage(R message) {
            if (!closed) {
                super.sendMessage(message);
            }
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (!closed) {
                closed = true;
                super.close(status, trailers);
            }
        }
    }
}
