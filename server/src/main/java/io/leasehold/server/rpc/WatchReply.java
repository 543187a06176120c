package io.leasehold.server.rpc;

import io.leasehold.server.watch.EncodedEvent;
import io.leasehold.server.watch.WatchMessage;

/** {@code WatchResponse}; the events' bytes are shared with the responses of other watchers. */
final class WatchReply implements WireMessage {
    private final Header header;
    private final WatchMessage message;
    private final int encodedLength;

    WatchReply(Header header, WatchMessage message) {
        this.header = header;
        this.message = message;
        this.encodedLength = Math.addExact(
                WireOutput.lengthOf(header) + WireOutput.lengthOf(message.watchId()), bodyLength(message));
    }

    /** What is told. */
    WatchMessage message() {
        return message;
    }

    @Override
    public int encodedLength() {
        return encodedLength;
    }

    @Override
    public void writeTo(WireOutput out) {
        out.message(1, header);
        out.varint(2, message.watchId());
        switch (message) {
            case WatchMessage.Created created -> out.bool(3, true);
            case WatchMessage.Refused refused -> {
                out.bool(3, true);
                out.bool(4, true);
                out.string(6, refused.reason());
            }
            case WatchMessage.Canceled canceled -> out.bool(4, true);
            case WatchMessage.Compacted compacted -> {
                out.bool(4, true);
                out.varint(5, compacted.compactRevision());
            }
            case WatchMessage.Progress progress -> {}
            case WatchMessage.Events events -> {
                out.bool(7, events.fragment());
                for (EncodedEvent event : events.events()) {
                    out.event(event, events.prevKv());
                }
            }
        }
    }

    private static int bodyLength(WatchMessage message) {
        return switch (message) {
            case WatchMessage.Created created -> WireOutput.lengthOf(true);
            case WatchMessage.Refused refused -> 2 * WireOutput.lengthOf(true) + WireOutput.lengthOf(refused.reason());
            case WatchMessage.Canceled canceled -> WireOutput.lengthOf(true);
            case WatchMessage.Compacted compacted ->
                WireOutput.lengthOf(true) + WireOutput.lengthOf(compacted.compactRevision());
            case WatchMessage.Progress progress -> 0;
            case WatchMessage.Events events -> eventsLength(events);
        };
    }

    private static int eventsLength(WatchMessage.Events events) {
        int length = WireOutput.lengthOf(events.fragment());
        for (EncodedEvent event : events.events()) {
            length = Math.addExact(length, event.length(events.prevKv()));
        }
        return length;
    }
}
