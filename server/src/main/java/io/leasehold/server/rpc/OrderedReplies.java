package io.leasehold.server.rpc;

import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The replies of a {@link StreamCall} that has one for each request, in the order of the requests: a reply that is there
 * before those of earlier requests waits for them. Confined to the call's thread.
 */
final class OrderedReplies<R> {
    private final StreamCall<?, R> stream;
    private final Deque<Slot> outstanding = new ArrayDeque<>();
    private boolean last;

    OrderedReplies(StreamCall<?, R> stream) {
        this.stream = stream;
    }

    /** The place of a reply. It gets one of the two, once; too late is no matter. */
    final class Slot {
        private @Nullable R reply;
        private @Nullable Status failure;

        void reply(R message) {
            reply = message;
            sendAnswered();
        }

        /** Ends the call when all earlier replies have been sent. */
        void fail(Status status) {
            failure = status;
            sendAnswered();
        }
    }

    /** A request has come, which will be replied to. */
    Slot expect() {
        Slot slot = new Slot();
        outstanding.add(slot);
        return slot;
    }

    /** No request comes any more: the call ends well when all have been replied to. */
    void lastRequest() {
        last = true;
        sendAnswered();
    }

    /** Forgets all: the call is over. */
    void clear() {
        outstanding.clear();
    }

    private void sendAnswered() {
        int sent = 0;
        for (Slot slot = outstanding.peek(); slot != null; slot = outstanding.peek()) {
            R reply = slot.reply;
            if (slot.failure != null) {
                stream.finish(slot.failure);
                return;
            } else if (reply == null) {
                break;
            }
            outstanding.remove();
            stream.send(reply);
            sent++;
        }
        if (last && outstanding.isEmpty()) {
            stream.finish(Status.OK);
        } else if (sent > 0) {
            stream.handled(sent);
        }
    }
}
