package io.leasehold.statemachine;

import io.leasehold.protocol.ByteSequence;

/**
 * What a command did to the tokens of users. Tokens are not part of the replicated state: every member keeps them in
 * memory, by what the log says.
 */
public sealed interface TokenChange {
    /**
     * Whoever has the token with this digest is this user.
     *
     * @param tokenDigest SHA-256 of the token
     */
    record Assigned(String userName, ByteSequence tokenDigest) implements TokenChange {}

    /** The tokens that a user has so far are worth nothing any more. */
    record UserDropped(String userName) implements TokenChange {}

    /** No token is worth anything any more. */
    record AllDropped() implements TokenChange {}
}
