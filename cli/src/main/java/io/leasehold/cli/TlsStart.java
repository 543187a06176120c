package io.leasehold.cli;

import io.netty.handler.ssl.SslContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The beginning of TLS, on a thread of its own while another makes the rest of a connection: certificates are read, and a
 * first message is made that nobody gets, so that the JVM's cryptography is there when it is wanted.
 */
final class TlsStart {
    private final Login login;
    private final CompletableFuture<SslContext> context = new CompletableFuture<>();

    private TlsStart(Login login) {
        this.login = login;
    }

    /** Begins. */
    static TlsStart begin(Login login) {
        TlsStart start = new TlsStart(login);
        Thread.ofPlatform().name("leaseholdctl-tls").daemon().start(start::run);
        return start;
    }

    /**
     * What connections are made with, as soon as it is there.
     *
     * @throws CtlException if the flags or the files that they name are no good
     */
    SslContext context() {
        try {
            return context.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof CtlException failure) {
                throw failure;
            }
            throw new IllegalStateException(e);
        }
    }

    private void run() {
        try {
            QuickHandshake made = ClientTls.context(login);
            context.complete(made);
            made.rehearse();
        } catch (CtlException e) {
            context.completeExceptionally(e);
        }
    }
}
