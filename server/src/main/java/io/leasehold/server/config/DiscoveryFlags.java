package io.leasehold.server.config;

import io.leasehold.server.config.Discovery.RegistryTls;
import io.leasehold.server.tls.TlsSettings.KeyPairFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the flags that say who names the first members, with etcd's checks. */
final class DiscoveryFlags {
    private static final String CLUSTER = "initial-cluster";
    private static final String ENDPOINTS = "discovery-endpoints";
    private static final String TOKEN = "discovery-token";
    private static final String DOMAIN = "discovery-srv";

    private final FlagValues values;

    private DiscoveryFlags(FlagValues values) {
        this.values = values;
    }

    static Discovery read(FlagValues values) {
        return new DiscoveryFlags(values).read();
    }

    private Discovery read() {
        long ways = Stream.of(CLUSTER, ENDPOINTS, DOMAIN)
                .filter(values::isGiven)
                .filter(flag -> !values.text(flag).isEmpty())
                .count();
        if (ways > 1) {
            values.problem("multiple discovery or bootstrap flags are set. Choose one of \"initial-cluster\","
                    + " \"discovery-endpoints\" or \"discovery-srv\"");
        }
        List<String> endpoints = values.list(ENDPOINTS);
        String token = values.text(TOKEN);
        if (token.isEmpty() != endpoints.isEmpty()) {
            values.problem("both --discovery-token and --discovery-endpoints must be set");
        }
        if (!endpoints.isEmpty()) {
            return registry(token, endpoints);
        }
        return values.text(DOMAIN).isEmpty()
                ? new Discovery.None()
                : new Discovery.Domain(values.text(DOMAIN), values.text("discovery-srv-name"));
    }

    private Discovery registry(String token, List<String> endpoints) {
        String user = values.text("discovery-user");
        String password = values.text("discovery-password");
        int colon = user.indexOf(':');
        if (password.isEmpty() && colon >= 0) {
            password = user.substring(colon + 1);
            user = user.substring(0, colon);
        }
        if (password.isEmpty() != user.isEmpty()) {
            values.problem(
                    "--discovery-user and --discovery-password belong together: there is nobody to ask for either");
        }
        return new Discovery.Registry(
                token, endpoints, values.durationMillis("discovery-request-timeout", 1), tls(), user, password);
    }

    private @Nullable RegistryTls tls() {
        String certificate = values.text("discovery-cert");
        String key = values.text("discovery-key");
        String authority = values.text("discovery-cacert");
        boolean believesAnybody = values.bool("discovery-insecure-skip-tls-verify");
        if (certificate.isEmpty() != key.isEmpty()) {
            values.problem("--discovery-cert and --discovery-key belong together: give both or none");
            return null;
        }
        if (certificate.isEmpty()
                && authority.isEmpty()
                && !believesAnybody
                && values.bool("discovery-insecure-transport")) {
            return null;
        }
        return new RegistryTls(
                certificate.isEmpty() ? null : new KeyPairFiles(Path.of(certificate), Path.of(key)),
                authority.isEmpty() ? null : Path.of(authority),
                believesAnybody);
    }
}
