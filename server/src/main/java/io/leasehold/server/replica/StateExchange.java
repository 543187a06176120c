package io.leasehold.server.replica;

import io.leasehold.raft.PeerNetwork;
import io.leasehold.server.loop.FatalHandler;
import io.leasehold.server.loop.TurnLoop;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Gives this member's state to others and fetches theirs. */
final class StateExchange {
    /** How long a fetch sleeps that waits for an answer. */
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final StateSource source;
    private final StateFetch fetch;
    /** Of the few members that ever fetch, and from then on. */
    private volatile @Nullable TurnLoop fetchLoop;

    /** Listens for what other members ask from here on. */
    StateExchange(StateSource source, StateFetch fetch, PeerNetwork network) {
        this.source = source;
        this.fetch = fetch;
        network.listen(PeerNetwork.Topic.SNAPSHOT, new StateMessages(source, fetch));
    }

    /** Begins to fetch the state of another member, on a thread of its own. */
    void fetch(FatalHandler fatal) {
        if (fetch.begin()) {
            fetchLoop = TurnLoop.start("leasehold-state-fetch", fetch, IDLE_NANOS, fatal);
        }
    }

    /** Begins to fetch, in the turns that somebody else takes. */
    void fetchInTurns() {
        fetch.begin();
    }

    TurnLoop.Turns fetchTurns() {
        return fetch;
    }

    void stop() {
        fetch.stop();
        TurnLoop loop = fetchLoop;
        if (loop != null) {
            loop.close();
        }
        source.close();
    }
}
