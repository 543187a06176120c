package io.leasehold.server.auth;

/**
 * How this member recognises its callers.
 *
 * @param certificateUsers whether the common name in the certificate of a caller without token is its user
 */
public record Authentication(Tokens tokens, Passwords passwords, boolean certificateUsers) implements AutoCloseable {
    /** Stops hashing. */
    @Override
    public void close() {
        passwords.close();
    }
}
