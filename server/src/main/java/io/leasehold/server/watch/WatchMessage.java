package io.leasehold.server.watch;

import java.util.List;

/** One response of a watch stream, before the answering member's ids are added to its header. */
public sealed interface WatchMessage {
    /** The watch id in responses that concern no watcher: refusals, and progress of the whole stream. */
    long NO_WATCHER = -1;

    /** The store revision for the header; 0: none is told. */
    long revision();

    /** The watcher it is for, or {@link #NO_WATCHER}. */
    long watchId();

    /** The watcher exists; its events follow. */
    record Created(long revision, long watchId) implements WatchMessage {}

    /** The watcher was not created. The stream lives on. */
    record Refused(long revision, String reason) implements WatchMessage {
        @Override
        public long watchId() {
            return NO_WATCHER;
        }
    }

    /** The client's cancel was carried out: nothing of this watcher follows. */
    record Canceled(long revision, long watchId) implements WatchMessage {}

    /** The watcher wanted history that is gone and has been removed; it may start again at {@code compactRevision}. */
    record Compacted(long watchId, long compactRevision) implements WatchMessage {
        @Override
        public long revision() {
            return 0;
        }
    }

    /** Every event up to {@code revision} has been sent, to the watcher or with {@link #NO_WATCHER} to all of the stream. */
    record Progress(long revision, long watchId) implements WatchMessage {}

    /**
     * Changes, in order; never a part of a revision, unless as one of a series of fragments.
     *
     * @param revision not below that of the last event
     * @param events at least one; the list is not changed any more
     * @param prevKv whether the events go out with what was before them
     * @param fragment whether more pieces of this response follow
     */
    record Events(long revision, long watchId, List<EncodedEvent> events, boolean prevKv, boolean fragment)
            implements WatchMessage {}
}
