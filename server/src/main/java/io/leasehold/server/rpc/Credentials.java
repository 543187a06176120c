package io.leasehold.server.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.leasehold.server.tls.ClientCertificate;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a call brings along to prove who makes it; looked at only when somebody asks. */
record Credentials(ServerCall<?, ?> call, Metadata metadata) {
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private static final String BEARER = "bearer ";

    /** The token, without etcd's optional word before it; null if there is none. */
    @Nullable
    String token() {
        String token = metadata.get(TOKEN);
        if (token == null) {
            token = metadata.get(AUTHORIZATION);
        }
        if (token != null && token.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return token.substring(BEARER.length());
        }
        return token;
    }

    /** The name in the caller's certificate; null if there is none. Not there for calls that came as JSON. */
    @Nullable
    String commonName() {
        ClientCertificate certificate = call.getAttributes().get(ClientCertificate.TRANSPORT_KEY);
        String name = certificate == null ? "" : certificate.commonName();
        return name.isEmpty() ? null : name;
    }
}
