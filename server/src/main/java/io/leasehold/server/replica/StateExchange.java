package io.leasehold.server.replica;

import io.leasehold.raft.PeerNetwork;
import io.leasehold.raft.ReplicatedLog;
import io.leasehold.server.loop.Mailbox;
import java.nio.file.Path;

/** Gives this member's state to others and fetches theirs. */
final class StateExchange {
    private final StateSource source;
    private final StateFetch fetch;

    /**
     * Listens for what other members ask from here on.
     *
     * @param given where states lie that others fetch
     * @param fetchedInto where a fetched one is put
     * @param fetched called when a state has been fetched
     */
    StateExchange(
            Path given,
            Path fetchedInto,
            StateAcceptance acceptance,
            ReplicatedLog log,
            Mailbox<ApplierTask> applier,
            Checkpointer checkpointer,
            Runnable fetched) {
        source = new StateSource(given, log.network(), applier, checkpointer);
        fetch = new StateFetch(fetchedInto, acceptance, log, fetched);
        log.network().listen(PeerNetwork.Topic.SNAPSHOT, new StateMessages(source, fetch));
    }

    /** Begins to fetch the state of another member. */
    void fetch() {
        fetch.begin();
    }

    void stop() {
        fetch.stop();
        source.close();
    }
}
