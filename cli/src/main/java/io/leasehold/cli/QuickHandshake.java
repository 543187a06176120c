package io.leasehold.cli;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * TLS whose first attempt offers only the key exchange that a JVM is quickest at: before it offers others, too, it computes
 * tables for each, which takes longer than the rest of a short command. Where a server does not take that one, the next
 * attempt offers all. Any thread.
 */
final class QuickHandshake extends DelegatingSslContext {
    private static final String QUICKEST = "x25519";

    private final SslContext context;
    private final AtomicBoolean tried = new AtomicBoolean();

    QuickHandshake(SslContext context) {
        super(context);
        this.context = context;
    }

    @Override
    protected void initEngine(SSLEngine engine) {
        if (!tried.getAndSet(true)) {
            offerQuickest(engine);
        }
    }

    /** Makes a first message that nobody gets: the JVM's cryptography is there then when it is wanted. */
    void rehearse() {
        SSLEngine engine = context.newEngine(UnpooledByteBufAllocator.DEFAULT);
        offerQuickest(engine);
        try {
            engine.wrap(
                    ByteBuffer.allocate(0),
                    ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
        } catch (SSLException e) {
            // The real one will tell.
        }
    }

    private static void offerQuickest(SSLEngine engine) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setNamedGroups(new String[] {QUICKEST});
        engine.setSSLParameters(parameters);
    }
}
