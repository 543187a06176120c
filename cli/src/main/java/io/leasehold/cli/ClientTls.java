package io.leasehold.cli;

import io.grpc.netty.GrpcSslContexts;
import io.leasehold.cli.flags.Flag;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** TLS as the flags want it. Pure functions. */
final class ClientTls {
    private static final String AUTHORITIES = "javax.net.ssl.trustStore";
    private static final String NO_AUTHORITIES = "NONE";

    private ClientTls() {}

    /**
     * What connections to these endpoints are made with; nothing, if they have no TLS. The first endpoint says it; where that
     * has no scheme, the flags do. Reads the files that the flags name.
     *
     * @throws CtlException if one of them cannot be read, or if a certificate lacks its key
     */
    static Optional<QuickHandshake> of(Login login, List<String> endpoints) {
        check(login);
        String first = endpoints.get(0).toLowerCase(Locale.ROOT);
        boolean isWanted = first.startsWith("https://") || first.startsWith("unixs:");
        boolean isRefused = first.startsWith("http://");
        return isWanted || (isAskedFor(login) && !isRefused) ? Optional.of(context(login)) : Optional.empty();
    }

    private static boolean isAskedFor(Login login) {
        return !login.cacert.value().isEmpty()
                || !login.cert.value().isEmpty()
                || !login.insecureTransport.value()
                || login.insecureSkipTlsVerify.value();
    }

    private static void check(Login login) {
        if (login.cert.value().isEmpty() != login.key.value().isEmpty()) {
            throw Arguments.bad("KeyFile and CertFile must both be present[key: " + login.key.value() + ", cert: "
                    + login.cert.value() + "]");
        }
        for (Flag<String> file : List.of(login.cacert, login.cert, login.key)) {
            if (!file.value().isEmpty() && !Files.isReadable(Path.of(file.value()))) {
                throw Arguments.bad("open " + file.value() + ": "
                        + (Files.exists(Path.of(file.value())) ? "permission denied" : "no such file or directory"));
            }
        }
    }

    private static QuickHandshake context(Login login) {
        try {
            return login.cacert.value().isEmpty() && !login.insecureSkipTlsVerify.value()
                    ? built(login)
                    : withoutSystemAuthorities(() -> built(login));
        } catch (IOException | IllegalArgumentException e) {
            throw new CtlException(CtlException.Code.BAD_ARGUMENTS, "TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    private static QuickHandshake built(Login login) throws IOException {
        // Never written anywhere, the key needs no safe; the usual kind of store works ten thousand rounds at its lock.
        SslContextBuilder builder = GrpcSslContexts.forClient().keyStoreType("JKS");
        if (login.insecureSkipTlsVerify.value()) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
        } else if (!login.cacert.value().isEmpty()) {
            builder.trustManager(new File(login.cacert.value()));
        }
        if (!login.cert.value().isEmpty()) {
            KeyPair pair = KeyPair.read(Path.of(login.cert.value()), Path.of(login.key.value()));
            builder.keyManager(pair.key(), pair.chainArray());
        }
        return new QuickHandshake(builder.build());
    }

    /**
     * Netty asks the JVM's default TLS what it can do, and that reads all of the system's authorities, some 150 certificates.
     * Where others are trusted instead, it reads none meanwhile.
     */
    private static QuickHandshake withoutSystemAuthorities(Building building) throws IOException {
        String before = System.getProperty(AUTHORITIES);
        System.setProperty(AUTHORITIES, NO_AUTHORITIES);
        try {
            return building.build();
        } finally {
            if (before == null) {
                System.clearProperty(AUTHORITIES);
            } else {
                System.setProperty(AUTHORITIES, before);
            }
        }
    }

    /** What may fail to read a file. */
    @FunctionalInterface
    private interface Building {
        QuickHandshake build() throws IOException;
    }
}
