package io.leasehold.server.rpc;

import io.grpc.Context;
import io.grpc.SynchronizationContext;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.Executor;

/**
 * Finds where what belongs to a call happens, one thing after another: on its connection's event loop, or for calls that
 * come from inside the process in a queue of its own.
 */
final class CallThreads {
    /** The queue of a call that does not come over a connection; set by {@link #contextFor}. */
    private static final Context.Key<CallThread> OWN_QUEUE = Context.key("leasehold-call-thread");

    private final Iterable<EventExecutor> loops;

    /** The event loops that serve connections; gRPC must run its callbacks on them directly. */
    CallThreads(Iterable<EventExecutor> loops) {
        this.loops = loops;
    }

    /** For a call one of whose callbacks is running now, on this thread. */
    CallThread current() {
        for (EventExecutor loop : loops) {
            if (loop.inEventLoop()) {
                return new CallThread(loop, true);
            }
        }
        CallThread known = OWN_QUEUE.get();
        return known != null ? known : ownQueue();
    }

    /** The context in which a call's handler finds this thread again, if it cannot tell it from the event loop. */
    static Context contextFor(CallThread thread) {
        return thread.loop() ? Context.current() : Context.current().withValue(OWN_QUEUE, thread);
    }

    private static CallThread ownQueue() {
        return new CallThread(
                new SynchronizationContext((thread, failure) -> {
                    throw new IllegalStateException("failed in a call's own queue", failure);
                }),
                false);
    }

    /**
     * One call's thread.
     *
     * @param executor runs tasks one after another, in order; the same object for all calls of an event loop, so that
     *     answers can be handed over together
     * @param loop whether it is an event loop, and gRPC's callbacks come on it already
     */
    record CallThread(Executor executor, boolean loop) {
        /** Runs a part of one of gRPC's callbacks, before this method returns unless something else of the call is running. */
        void enter(Runnable part) {
            if (loop) {
                part.run();
            } else {
                executor.execute(part);
            }
        }
    }
}
