package io.leasehold.server.watch;

import io.leasehold.mvcc.KeyRange;

/**
 * What a client wants to watch.
 *
 * @param range keys of interest; an empty range is refused when the watcher is created
 * @param startRevision first revision of interest, inclusive; 0: everything after the creation; negative: refused
 * @param watchId id on its stream; 0: the stream chooses
 * @param noPut leave out PUT events
 * @param noDelete leave out DELETE events
 * @param prevKv tell with each event what the key was before
 * @param progressNotify tell now and then how far the watcher is when it has nothing to see
 * @param fragment a large response may be cut between its events
 */
public record WatchSpec(
        KeyRange range,
        long startRevision,
        long watchId,
        boolean noPut,
        boolean noDelete,
        boolean prevKv,
        boolean progressNotify,
        boolean fragment) {}
