package io.leasehold.server.config;

import io.leasehold.server.tls.CipherSuiteName;
import io.leasehold.server.tls.TlsSettings;
import io.leasehold.server.tls.TlsSettings.KeyPairFiles;
import io.leasehold.server.tls.TlsVersion;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the TLS flags of one side, clients' or peers', which etcd names alike. */
final class TlsFlags {
    /** A certificate that outlives this is a typing error. */
    private static final int SELF_SIGNED_YEARS_MAX = 100;

    private final FlagValues values;
    /** Before the flags both sides have: nothing, or {@code peer-}. */
    private final String prefix;
    /** Before the flags etcd names after whom is looked at: {@code client-} or {@code peer-}. */
    private final String other;

    private TlsFlags(FlagValues values, String prefix, String other) {
        this.values = values;
        this.prefix = prefix;
        this.other = other;
    }

    static TlsSettings client(FlagValues values) {
        return new TlsFlags(values, "", "client-").read();
    }

    static TlsSettings peer(FlagValues values) {
        return new TlsFlags(values, "peer-", "peer-").read();
    }

    private TlsSettings read() {
        List<String> names = values.list(other + "cert-allowed-cn");
        List<String> hosts = values.list(other + "cert-allowed-hostname");
        if (!names.isEmpty() && !hosts.isEmpty()) {
            values.problem("--" + other + "cert-allowed-cn and --" + other
                    + "cert-allowed-hostname exclude each other: give one of them");
        }
        TlsVersion min = version("tls-min-version", TlsVersion.TLS_1_2);
        TlsVersion max = version("tls-max-version", TlsVersion.TLS_1_3);
        if (min.compareTo(max) > 0) {
            values.problem("--tls-min-version (" + min.flagName() + ") is newer than --tls-max-version ("
                    + max.flagName() + ")");
            max = min;
        }
        return new TlsSettings(
                keyPair(prefix + "cert-file", prefix + "key-file"),
                keyPair(prefix + "client-cert-file", prefix + "client-key-file"),
                path(prefix + "trusted-ca-file"),
                path(other + "crl-file"),
                values.bool(prefix + "client-cert-auth"),
                names,
                hosts,
                cipherSuites(min),
                min,
                max,
                values.bool(prefix + "auto-tls"),
                (int) values.number("self-signed-cert-validity", 1, SELF_SIGNED_YEARS_MAX));
    }

    private @Nullable KeyPairFiles keyPair(String certificateFlag, String keyFlag) {
        Path certificate = path(certificateFlag);
        Path key = path(keyFlag);
        if (certificate != null && key != null) {
            return new KeyPairFiles(certificate, key);
        }
        if (certificate != null || key != null) {
            values.problem("--" + certificateFlag + " and --" + keyFlag + " belong together: give both");
        }
        return null;
    }

    private @Nullable Path path(String flag) {
        String text = values.text(flag);
        try {
            return text.isEmpty() ? null : Path.of(text);
        } catch (InvalidPathException notAPath) {
            values.problem(flag, "a path", text);
            return null;
        }
    }

    private TlsVersion version(String flag, TlsVersion whenEmpty) {
        String text = values.text(flag);
        if (text.isEmpty()) {
            return whenEmpty;
        }
        Optional<TlsVersion> version = TlsVersion.named(text);
        if (version.isEmpty()) {
            values.problem(flag, "TLS1.2 or TLS1.3", text);
        }
        return version.orElse(whenEmpty);
    }

    private List<String> cipherSuites(TlsVersion min) {
        List<String> names = values.list("cipher-suites");
        List<String> suites = new ArrayList<>();
        for (String name : names) {
            Optional<String> suite = CipherSuiteName.resolve(name);
            suite.ifPresent(suites::add);
            if (suite.isEmpty() && CipherSuiteName.isOutdated(name)) {
                values.warning("--cipher-suites: this JDK holds " + name + " for broken; it is not offered");
            } else if (suite.isEmpty()) {
                values.problem("cipher-suites", "names of cipher suites that this JDK has", name);
            }
        }
        if (!names.isEmpty() && suites.isEmpty()) {
            values.problem("cipher-suites", "at least one cipher suite that this JDK still allows", names.toString());
        }
        if (!names.isEmpty() && min == TlsVersion.TLS_1_3) {
            values.problem("--cipher-suites cannot be chosen when only TLS1.3 is spoken");
        }
        return suites;
    }
}
