package io.leasehold.jetcd;

import io.leasehold.client.kv.Compare;
import io.leasehold.client.session.Session;
import io.leasehold.client.session.SessionEnd;
import io.leasehold.client.session.SessionListener;
import io.leasehold.client.session.SessionTicket;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A lease that somebody else keeps, in whose name one lock or candidacy is asked for. Of its time nothing is known: that it has
 * ended shows by the key that hangs on it. Any thread.
 */
final class BorrowedSession implements Session {
    private final long leaseId;
    private final CompletableFuture<SessionEnd> ended = new CompletableFuture<>();

    BorrowedSession(long leaseId) {
        this.leaseId = leaseId;
    }

    @Override
    public long leaseId() {
        return leaseId;
    }

    @Override
    public Duration ttl() {
        return Duration.ZERO;
    }

    @Override
    public Duration validFor() {
        return Duration.ZERO;
    }

    @Override
    public long epoch() {
        return 0;
    }

    @Override
    public SessionTicket ticket() {
        throw new IllegalStateException("not resumable");
    }

    @Override
    public List<Compare> guard() {
        return List.of();
    }

    @Override
    public CompletableFuture<Void> attach(ByteSequence key, ByteSequence value) {
        throw new UnsupportedOperationException("the lease is somebody else's");
    }

    @Override
    public CompletableFuture<Void> detach(ByteSequence key) {
        throw new UnsupportedOperationException("the lease is somebody else's");
    }

    @Override
    public void heartbeat() {}

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // What a listener throws has nobody else to be told to.
    public void listen(SessionListener listener) {
        ended.thenAccept(listener::onEnded);
    }

    @Override
    public CompletableFuture<SessionEnd> ended() {
        return ended;
    }

    @Override
    public void orphan() {
        ended.complete(SessionEnd.ORPHANED);
    }

    /** Gives the lease back; it is not revoked. */
    @Override
    public CompletableFuture<Void> closeAsync() {
        orphan();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
        orphan();
    }
}
