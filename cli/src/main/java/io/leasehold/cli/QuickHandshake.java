package io.leasehold.cli;

import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * TLS whose first attempt offers only the key exchange that a JVM is quickest at: before it offers others, too, it computes
 * tables for each, which takes longer than the rest of a short command. Where a server does not take that one, the next
 * attempt offers all. Any thread.
 */
final class QuickHandshake extends DelegatingSslContext {
    private static final String QUICKEST = "x25519";

    private final AtomicBoolean tried = new AtomicBoolean();

    QuickHandshake(SslContext context) {
        super(context);
    }

    @Override
    protected void initEngine(SSLEngine engine) {
        if (!tried.getAndSet(true)) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setNamedGroups(new String[] {QUICKEST});
            engine.setSSLParameters(parameters);
        }
    }
}
