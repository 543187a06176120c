package io.leasehold.server.watch;

/** What a stream asks of the dispatcher. */
sealed interface WatchRequest {
    WatchStream stream();

    record Create(WatchStream stream, WatchSpec spec) implements WatchRequest {}

    record Refuse(WatchStream stream, String reason) implements WatchRequest {}

    record Cancel(WatchStream stream, long watchId) implements WatchRequest {}

    record Progress(WatchStream stream) implements WatchRequest {}

    record Ready(WatchStream stream) implements WatchRequest {}

    record Close(WatchStream stream) implements WatchRequest {}
}
