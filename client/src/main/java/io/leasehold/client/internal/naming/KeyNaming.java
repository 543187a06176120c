package io.leasehold.client.internal.naming;

import io.leasehold.client.internal.recipes.ClientParts;
import io.leasehold.client.lease.Leases;
import io.leasehold.client.naming.EndpointManager;
import io.leasehold.client.naming.Naming;
import io.leasehold.client.session.Sessions;

/**
 * Services as keys of a client.
 *
 * @param sessions keep registrations
 * @param leases tell whether one still lives
 */
public record KeyNaming(ClientParts parts, Sessions sessions, Leases leases) implements Naming {
    @Override
    public EndpointManager endpoints(String service) {
        return new KeyEndpoints(this, service);
    }
}
