package io.leasehold.server;

import io.leasehold.server.bootstrap.DnsDiscovery;
import io.leasehold.server.bootstrap.RegistryDiscovery;
import io.leasehold.server.bootstrap.RemoteRegistry;
import io.leasehold.server.bootstrap.ServiceRecords;
import io.leasehold.server.config.Discovery;
import io.leasehold.server.config.ServerConfig;
import io.leasehold.server.config.ServerConfig.Bootstrap;
import io.leasehold.server.config.ServerConfig.InitialMember;
import io.leasehold.server.config.StartRefused;
import io.leasehold.server.tls.TlsFailed;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Asks for the first members of a cluster where the flags say so. */
final class FirstMembers {
    /** Between two looks into a registry: members that are started together come within some of these. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private FirstMembers() {}

    /**
     * What the member is started with, once it is known who the first members are. A member that has data is not one of the
     * first and asks nobody.
     *
     * @throws StartRefused when whoever was asked does not name this one
     */
    static ServerConfig discover(ServerConfig config, DataDirectory directory, ServiceRecords records) {
        if (Files.exists(directory.state())) {
            return config;
        }
        Bootstrap flags = config.bootstrap();
        return switch (flags.discovery()) {
            case Discovery.None none -> config;
            case Discovery.Domain dns ->
                config.foundedBy(new DnsDiscovery(dns.domain(), dns.service(), records)
                        .members(config.name(), flags.advertisePeer()));
            case Discovery.Registry registry -> config.foundedBy(entered(config, registry));
        };
    }

    private static List<InitialMember> entered(ServerConfig config, Discovery.Registry settings) {
        try (RemoteRegistry registry = new RemoteRegistry(settings)) {
            Runnable pause = () -> LockSupport.parkNanos(registry, LOOK_AGAIN.toNanos());
            return new RegistryDiscovery(settings.token(), registry, pause)
                    .members(
                            new InitialMember(config.name(), config.bootstrap().advertisePeer()),
                            ClusterIdentity.of(config).memberId());
        } catch (TlsFailed unusable) {
            throw new StartRefused(String.valueOf(unusable.getMessage()), unusable);
        }
    }
}
