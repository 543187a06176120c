package io.leasehold.server.tls;

/**
 * Certificates, keys or lists of revoked certificates cannot be used. The message is one line for the person at the
 * terminal: which file, and what is wrong with it.
 */
public final class TlsFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    TlsFailed(String message) {
        super(message);
    }

    TlsFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
