package io.leasehold.server.rpc;

import io.leasehold.server.watch.EncodedEvent;
import io.leasehold.server.watch.WatchMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response of a watch stream that waits for the client, with what it holds in memory. Watchers of one stream that see the
 * same changes are told of them one behind the other, in responses that share the events' bytes: those count once.
 *
 * @param sizeBytes what it adds to the memory that the queue holds, about
 */
record QueuedReply(WatchReply reply, long sizeBytes) {
    /** What a response takes beside its events' bytes, so that small ones are bounded too. */
    private static final int OVERHEAD_BYTES = 128;
    /** A reference to an event. */
    private static final int REFERENCE_BYTES = 4;

    /** The next one behind {@code last}, null if it is the first. */
    static QueuedReply behind(@Nullable QueuedReply last, WatchReply reply) {
        List<EncodedEvent> events = events(reply);
        boolean shared = last != null && areSame(events, events(last.reply));
        long held = shared ? (long) REFERENCE_BYTES * events.size() : reply.encodedLength();
        return new QueuedReply(reply, OVERHEAD_BYTES + held);
    }

    /** Whether they are the same objects, told by the ends: events of one burst come in one order. */
    private static boolean areSame(List<EncodedEvent> some, List<EncodedEvent> others) {
        return !some.isEmpty()
                && some.size() == others.size()
                && some.getFirst() == others.getFirst()
                && some.getLast() == others.getLast();
    }

    private static List<EncodedEvent> events(WatchReply reply) {
        return reply.message() instanceof WatchMessage.Events events ? events.events() : List.of();
    }
}
