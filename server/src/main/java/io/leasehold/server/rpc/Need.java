package io.leasehold.server.rpc;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.statemachine.Authorization;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Proposal;
import io.leasehold.statemachine.auth.AuthState;
import java.util.Optional;

/** What a caller must be allowed to. */
@FunctionalInterface
interface Need {
    /** To be somebody. */
    Need KNOWN = Authorization::authenticated;

    /** To administer. */
    Need ADMIN = Authorization::admin;

    /** Why the caller may not; empty if it may. */
    Optional<ErrorCode> refusal(AuthState auth, Proposal.Identity identity);

    /** To read every key of the range. */
    static Need read(KeyRange range) {
        return (auth, identity) -> Authorization.read(auth, identity, range);
    }

    /** To give the command, which the store answers without the log: a transaction that only reads. */
    static Need command(Command command) {
        return (auth, identity) -> Authorization.command(auth, identity, command);
    }
}
