package io.leasehold.client.naming;

/** Services by name. Any thread. */
public interface Naming {
    /** The endpoints of a service; its name must not be empty, and may contain slashes. */
    EndpointManager endpoints(String service);
}
