package io.leasehold.server.tls;

import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * Names of cipher suites: IANA's, which the JDK uses, and those of Go where it differs. Asking the JDK what it knows costs
 * tens of milliseconds, so it happens only when somebody names a suite.
 */
public final class CipherSuiteName {
    /** Go's constants of 2016 lack the hash that IANA later put into these names. */
    private static final Set<String> GO_NAMES_WITHOUT_HASH =
            Set.of("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305");

    /** What Go still has by name, and JDKs no longer offer: no forward secrecy, or a broken cipher. */
    private static final Pattern OUTDATED =
            Pattern.compile("TLS_RSA_WITH_.+|TLS_ECDHE_(RSA|ECDSA)_WITH_(RC4_128_SHA|3DES_EDE_CBC_SHA)");

    private CipherSuiteName() {}

    /** The JDK's name of a suite; empty when the JDK has no such suite or holds it for too weak to be used at all. */
    public static Optional<String> resolve(String name) {
        String upper = name.strip().toUpperCase(Locale.ROOT);
        String iana = GO_NAMES_WITHOUT_HASH.contains(upper) ? upper + "_SHA256" : upper;
        return supported().contains(iana) ? Optional.of(iana) : Optional.empty();
    }

    /** Whether it is the name of a suite that was once in use and that a newer JDK refuses. */
    public static boolean isOutdated(String name) {
        return OUTDATED.matcher(name.strip().toUpperCase(Locale.ROOT)).matches();
    }

    private static List<String> supported() {
        try {
            return List.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }
}
