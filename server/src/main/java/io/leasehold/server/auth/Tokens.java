package io.leasehold.server.auth;

import io.leasehold.statemachine.Proposal;
import java.util.Optional;

/** How callers who have shown their password are recognised from then on. Any thread. */
public sealed interface Tokens permits SimpleTokens, JwtTokens {
    /**
     * Who has the token, if it is good.
     *
     * @param authRevision the present one; tokens that do not tell theirs are taken to be of it
     */
    Optional<Proposal.Identity> identity(String token, long authRevision);

    /**
     * Whether a token that is not known may become known when this member has applied more of the log: it may have been
     * given out by another member just now.
     */
    boolean mayBecomeKnown(String token);
}
