package io.leasehold.server.replica;

import io.leasehold.mvcc.StoreSnapshot;
import io.leasehold.protocol.ErrorCode;

/** Where a linearizable read may look, or why it may not. */
public sealed interface ReadPoint {
    /** The snapshot holds every write that was acknowledged before the read was asked for. */
    record Ready(StoreSnapshot snapshot) implements ReadPoint {}

    /** No answer can be given that is certain to be new enough. */
    record Failed(ErrorCode code) implements ReadPoint {}
}
