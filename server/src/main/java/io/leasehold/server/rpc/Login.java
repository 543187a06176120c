package io.leasehold.server.rpc;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.AuthenticateRequest;
import io.leasehold.protocol.etcdserverpb.AuthenticateResponse;
import io.leasehold.server.auth.Authentication;
import io.leasehold.server.auth.JwtTokens;
import io.leasehold.server.auth.SimpleTokens;
import io.leasehold.server.replica.ReadPoint;
import io.leasehold.server.replica.Replica;
import io.leasehold.statemachine.AuthCommand;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.auth.AuthState;
import io.leasehold.statemachine.auth.User;
import java.util.Optional;

/**
 * Gives tokens for passwords: looks the user up in a state that is not old, has the password checked aside, and, if users
 * and roles have not changed meanwhile, makes the token. Confined to the call's thread.
 */
final class Login {
    /** Changes of users that one login bears with. */
    private static final int ATTEMPTS = 8;

    private final Replica replica;
    private final Headers headers;
    private final Authentication authentication;
    private final AuthenticateRequest request;
    private final UnaryCall<AuthenticateRequest, AuthenticateResponse> call;
    private int attemptsLeft = ATTEMPTS;

    Login(
            Replica replica,
            Headers headers,
            Authentication authentication,
            AuthenticateRequest request,
            UnaryCall<AuthenticateRequest, AuthenticateResponse> call) {
        this.replica = replica;
        this.headers = headers;
        this.authentication = authentication;
        this.request = request;
        this.call = call;
    }

    void start() {
        replica.linearizable(call.executor(), point -> {
            switch (point) {
                case ReadPoint.Ready ready -> attempt();
                case ReadPoint.Failed failed -> call.refuse(failed.code());
            }
        });
    }

    private void attempt() {
        AuthState auth = replica.auth();
        if (!auth.enabled()) {
            call.refuse(ErrorCode.AUTH_NOT_ENABLED);
            return;
        }
        if (attemptsLeft == 0) {
            call.refuse(ErrorCode.AUTH_OLD_REVISION);
            return;
        }
        attemptsLeft--;
        Optional<User> user = auth.user(request.getName());
        if (user.isPresent() && user.get().noPassword()) {
            call.refuse(ErrorCode.NO_PASSWORD_USER);
        } else if (user.isEmpty()) {
            authentication
                    .passwords()
                    .verifyNobody(
                            request.getPassword(),
                            call.executor(),
                            right -> call.refuse(ErrorCode.AUTH_FAILED),
                            code -> call.refuse(code));
        } else {
            authentication
                    .passwords()
                    .verify(
                            request.getPassword(),
                            user.get().passwordHash(),
                            call.executor(),
                            right -> verified(right, auth.revision()),
                            code -> call.refuse(code));
        }
    }

    private void verified(boolean right, long authRevision) {
        if (!right) {
            call.refuse(ErrorCode.AUTH_FAILED);
            return;
        }
        switch (authentication.tokens()) {
            case SimpleTokens tokens -> assign(tokens, authRevision);
            case JwtTokens tokens -> sign(tokens, authRevision);
        }
    }

    private void assign(SimpleTokens tokens, long authRevision) {
        String token = tokens.generate(replica.status().appliedIndex());
        AuthCommand command = new AuthCommand.Authenticate(request.getName(), authRevision, SimpleTokens.digest(token));
        replica.propose(command, call.executor(), outcome -> {
            if (!(outcome instanceof Outcome.Refused refused)) {
                reply(token);
            } else if (refused.code() == ErrorCode.AUTH_OLD_REVISION) {
                attempt();
            } else {
                call.refuse(refused.code());
            }
        });
    }

    private void sign(JwtTokens tokens, long authRevision) {
        if (replica.auth().revision() != authRevision) {
            attempt();
            return;
        }
        tokens.sign(request.getName(), authRevision)
                .ifPresentOrElse(this::reply, () -> call.refuse(ErrorCode.VERIFY_ONLY_KEY));
    }

    private void reply(String token) {
        call.reply(AuthenticateResponse.newBuilder()
                .setHeader(headers.message(replica.snapshot().revision()))
                .setToken(token)
                .build());
    }
}
