package io.leasehold.server.rpc;

import io.leasehold.server.auth.Authentication;
import io.leasehold.server.auth.Tokens;
import io.leasehold.server.replica.Replica;
import java.util.concurrent.Executor;

/**
 * Stands between the services and the replica: whatever a caller wants goes through its {@link Access}.
 *
 * @param slowReads runs large ranges and walks through the whole store; must not be an event loop
 */
record Gate(Replica replica, Authentication authentication, Executor slowReads) {
    Tokens tokens() {
        return authentication.tokens();
    }

    /** What one caller can have. */
    Access of(Credentials credentials) {
        return new Access(this, credentials);
    }

    /** The method, for those alone who are allowed to. */
    <Q, R> UnaryCall.Method<Q, R> requiring(Need need, UnaryCall.Method<Q, R> method) {
        return (request, call) -> call.access(this)
                .check(need, call.executor(), () -> method.run(request, call), code -> call.refuse(code));
    }
}
