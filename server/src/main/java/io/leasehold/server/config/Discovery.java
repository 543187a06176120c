package io.leasehold.server.config;

import io.leasehold.server.tls.TlsSettings.KeyPairFiles;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who names the first members of a cluster. */
public sealed interface Discovery {

    /** Nobody but {@code --initial-cluster}. */
    record None() implements Discovery {}

    /**
     * The SRV records of a domain.
     *
     * @param service appended to the names of the services; may be empty
     */
    record Domain(String domain, String service) implements Discovery {}

    /**
     * A registry in another cluster, in which the members enter themselves.
     *
     * @param token under which this cluster's members stand there
     * @param endpoints where the other cluster is reached: {@code host:port} or URLs
     * @param requestMillis how long each request may take
     * @param tls how it is spoken with; null: in the open, unless an endpoint is an https URL
     * @param userName who asks there; empty for nobody
     * @param password that user's
     */
    record Registry(
            String token,
            List<String> endpoints,
            long requestMillis,
            @Nullable RegistryTls tls,
            String userName,
            String password)
            implements Discovery {
        /** Copies the endpoints. */
        public Registry {
            endpoints = List.copyOf(endpoints);
        }
    }

    /**
     * TLS towards a registry.
     *
     * @param keyPair what to show; null: nothing
     * @param trustedCaFile who may sign the registry's certificate; null: those whom the system trusts
     * @param believesAnybody whether the registry's certificate is not looked at
     */
    record RegistryTls(@Nullable KeyPairFiles keyPair, @Nullable Path trustedCaFile, boolean believesAnybody) {}
}
