package io.leasehold.cli;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.leasehold.protocol.etcdserverpb.AuthGrpc;
import io.leasehold.protocol.etcdserverpb.AuthenticateRequest;
import java.util.concurrent.TimeUnit;

/** Who asks: the token that each call carries, fetched by name and password unless it was given. Any thread. */
final class Identity implements ClientInterceptor {
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

    private final Ctl ctl;
    private final Channel server;
    private final String name;
    private final String password;

    /** Empty: nobody in particular. */
    private volatile String token;

    /**
     * Logs in if the flags name a user.
     *
     * @throws CtlException if the server does not let them in
     */
    Identity(Ctl ctl, Login login, Channel server) {
        this.ctl = ctl;
        this.server = server;
        this.token = login.token.value();
        String user = token.isEmpty() ? login.user.value() : "";
        int colon = login.password.value().isEmpty() ? user.indexOf(':') : -1;
        this.name = colon < 0 ? user : user.substring(0, colon);
        this.password = password(ctl, login, user, colon);
        renew();
    }

    private static String password(Ctl ctl, Login login, String user, int colon) {
        if (user.isEmpty() || !login.password.value().isEmpty()) {
            return login.password.value();
        }
        return colon < 0 ? Typed.ask(ctl, "Password: ") : user.substring(colon + 1);
    }

    /** Fetches another token; returns whether there is one to fetch. */
    boolean renew() {
        if (name.isEmpty()) {
            return false;
        }
        AuthenticateRequest request = AuthenticateRequest.newBuilder()
                .setName(name)
                .setPassword(password)
                .build();
        CallOptions options = CallOptions.DEFAULT
                .withWaitForReady()
                .withDeadlineAfter(ctl.commandTimeout().toNanos(), TimeUnit.NANOSECONDS);
        try {
            token = ClientCalls.blockingUnaryCall(server, AuthGrpc.getAuthenticateMethod(), options, request)
                    .getToken();
        } catch (StatusRuntimeException e) {
            if (!Connection.words(e.getStatus()).equals("etcdserver: authentication is not enabled")) {
                throw new CtlException(CtlException.Code.BAD_CONNECTION, Connection.words(e.getStatus()), e);
            }
        }
        return true;
    }

    /** Calls wait for a connection instead of failing at the first attempt. */
    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        ClientCall<Q, R> call = next.newCall(method, options.withWaitForReady());
        String shown = token;
        if (shown.isEmpty()) {
            return call;
        }
        return new SimpleForwardingClientCall<>(call) {
            @Override
            public void start(Listener<R> listener, Metadata headers) {
                headers.put(TOKEN, shown);
                super.start(listener, headers);
            }
        };
    }
}
