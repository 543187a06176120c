package io.leasehold.jetcd;

import io.leasehold.client.session.LeaseHolder;
import io.leasehold.client.session.SessionEnd;
import io.leasehold.client.session.SessionListener;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A lease that somebody else keeps, in whose name one lock or candidacy is asked for. Of its time nothing is known: that it has
 * ended shows by the key that hangs on it. Any thread.
 */
final class BorrowedLease implements LeaseHolder {
    private final long leaseId;
    private final CompletableFuture<SessionEnd> ended = new CompletableFuture<>();

    BorrowedLease(long leaseId) {
        this.leaseId = leaseId;
    }

    @Override
    public long leaseId() {
        return leaseId;
    }

    @Override
    public Duration validFor() {
        return Duration.ZERO;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // What a listener throws has nobody else to be told to.
    public void listen(SessionListener listener) {
        ended.thenAccept(listener::onEnded);
    }

    @Override
    public CompletableFuture<SessionEnd> ended() {
        return ended;
    }

    /** Nothing is asked for in its name any more; it is not revoked. */
    void giveBack() {
        ended.complete(SessionEnd.ORPHANED);
    }
}
