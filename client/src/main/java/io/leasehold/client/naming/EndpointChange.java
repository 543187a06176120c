package io.leasehold.client.naming;

/** One endpoint that comes, changes or goes. */
public sealed interface EndpointChange {
    /** Its key, {@code service/…}. Where a change is asked for, what is behind the slash will do. */
    String key();

    /**
     * It is there now, with this address and metadata.
     *
     * @param leaseId the lease it hangs on; 0 is none
     */
    record Add(String key, Endpoint endpoint, long leaseId) implements EndpointChange {}

    /** It is gone. */
    record Delete(String key) implements EndpointChange {}

    /** Adds an endpoint under its address. */
    static EndpointChange add(Endpoint endpoint) {
        return new Add(endpoint.address(), endpoint, 0);
    }

    /** Removes an endpoint by its address, or whatever else its key ends with. */
    static EndpointChange delete(String key) {
        return new Delete(key);
    }
}
