package io.leasehold.client.naming;

import io.grpc.Attributes;

/** What a load balancer may read of the address groups that the resolver makes. */
public final class EtcdAttributes {
    /** The endpoint's key. */
    public static final Attributes.Key<String> KEY = Attributes.Key.create("io.leasehold.client.naming.key");

    /** The endpoint's metadata. */
    public static final Attributes.Key<JsonValue> METADATA =
            Attributes.Key.create("io.leasehold.client.naming.metadata");

    private EtcdAttributes() {}
}
