package io.leasehold.server.http;

import io.leasehold.server.tls.ClientCertificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One HTTP request and the way to answer it. Read on the thread that delivered it; answered from any thread, exactly once:
 * either {@link #respond} or {@link #stream}.
 */
public interface HttpCall {
    /** The method in upper case, such as {@code GET}. */
    String method();

    /** The decoded path without the query; starts with a slash. */
    String path();

    /** The query's values by name, in the order given; a name without a value has the empty one. */
    Map<String, List<String>> query();

    /** All values of the headers, by name in lower case. */
    Map<String, List<String>> headers();

    /** The whole body; empty when there is none. The caller may keep it. */
    byte[] body();

    /** The verified certificate the client has shown; empty without TLS or when it has shown none. */
    default Optional<ClientCertificate> clientCertificate() {
        return Optional.empty();
    }

    /** Sends the whole answer. Does nothing if the client has gone. */
    void respond(HttpReply reply);

    /** Begins an answer of unknown length. */
    HttpStream stream(int status, Map<String, String> headers);

    /** The first value of a header, whatever case its name was sent in. */
    default Optional<String> header(String lowerCaseName) {
        return headers().getOrDefault(lowerCaseName, List.of()).stream().findFirst();
    }
}
