package io.leasehold.server.replica.lease;

import io.leasehold.lease.Incarnation;
import io.leasehold.lease.Remaining;
import java.util.List;

/** The commands about leases, as the simulated log holds them. */
sealed interface SimulatedCommand {
    record Grant(long id, long ttlSeconds) implements SimulatedCommand {}

    record Revoke(long id) implements SimulatedCommand {}

    record Expire(long term, List<Incarnation> leases) implements SimulatedCommand {}

    record Checkpoint(long term, List<Remaining> leases) implements SimulatedCommand {}

    record Clear(long term, List<Incarnation> leases) implements SimulatedCommand {}

    record Marker(long term, long leaderId) implements SimulatedCommand {}
}
