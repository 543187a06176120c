package io.leasehold.client.internal.session;

import io.leasehold.client.internal.time.Listing;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The sessions of a client that have not ended, so that closing the client ends them too. Any thread. */
public final class SessionRegistry {
    private final Set<KeptSession> sessions = ConcurrentHashMap.newKeySet();

    /** An empty one. */
    public SessionRegistry() {}

    void add(KeptSession session) {
        sessions.add(session);
    }

    void remove(KeptSession session) {
        sessions.remove(session);
    }

    /** Ends all, revoking nothing; on the client's thread. Completes when their listeners have been told. */
    public CompletableFuture<Void> close() {
        List<KeptSession> all = List.copyOf(sessions);
        all.forEach(KeptSession::abandon);
        return CompletableFuture.allOf(all.stream().map(KeptSession::told).toArray(CompletableFuture[]::new));
    }

    /** What there is and how it stands, for people. */
    public String describe() {
        int count = sessions.size();
        return Listing.of("sessions: " + count, count, sessions.stream().map(KeptSession::describe));
    }
}
