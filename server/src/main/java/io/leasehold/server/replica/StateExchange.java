package io.leasehold.server.replica;

import io.leasehold.raft.PeerNetwork;
import io.leasehold.raft.ReplicatedLog;
import io.leasehold.server.loop.FatalHandler;
import io.leasehold.server.loop.Mailbox;
import io.leasehold.server.loop.Ticker;
import io.leasehold.server.loop.TurnLoop;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives this member's state to others and fetches theirs, once it is told where states lie. */
final class StateExchange {
    private static final Logger LOGGER = LoggerFactory.getLogger(StateExchange.class);

    /** How long a fetch sleeps that waits for an answer. */
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ReplicatedLog log;
    private final Mailbox<ApplierTask> applier;
    private final Checkpointer checkpointer;
    private final Ticker ticker;
    private final Runnable makeWay;
    private final CompletableFuture<Void> fetched = new CompletableFuture<>();
    /** Set before the replica starts, or never. */
    private @Nullable Sides sides;
    /** Of the few members that ever fetch, and from then on. */
    private volatile @Nullable TurnLoop fetchLoop;

    private record Sides(StateSource source, StateFetch fetch) {}

    /**
     * An exchange that is not open.
     *
     * @param makeWay called when a state was fetched, behind which this replica does no more
     */
    StateExchange(
            ReplicatedLog log,
            Mailbox<ApplierTask> applier,
            Checkpointer checkpointer,
            Ticker ticker,
            Runnable makeWay) {
        this.log = log;
        this.applier = applier;
        this.checkpointer = checkpointer;
        this.ticker = ticker;
        this.makeWay = makeWay;
    }

    /** As {@link ReplicaNode#exchangeStates}: listens from here on for what other members ask. */
    void open(Path given, Path fetchedInto, StateAcceptance acceptance, ExecutorService sourceThread) {
        StateSource source = new StateSource(given, log.network(), applier, checkpointer, sourceThread);
        StateFetch fetch = new StateFetch(fetchedInto, acceptance, log, ticker, () -> {
            fetched.complete(null);
            makeWay.run();
        });
        log.network().listen(PeerNetwork.Topic.SNAPSHOT, new StateMessages(source, fetch));
        sides = new Sides(source, fetch);
    }

    /** Completes when a state was fetched. */
    CompletableFuture<Void> fetched() {
        return fetched;
    }

    /** Begins to fetch the state of another member, on a thread of its own. */
    void fetch(FatalHandler fatal) {
        if (beginFetch()) {
            fetchTurns()
                    .ifPresent(turns -> fetchLoop = TurnLoop.start("leasehold-state-fetch", turns, IDLE_NANOS, fatal));
        }
    }

    /** Begins to fetch, in the turns that somebody else takes. */
    void fetchInTurns() {
        beginFetch();
    }

    /** Whether a fetch began; false also when one is under way. */
    private boolean beginFetch() {
        if (sides == null) {
            LOGGER.error("this member needs the state of another one and cannot fetch it");
            return false;
        }
        return sides.fetch().begin();
    }

    /** The owner of a fetch; an exchange that is not open has none. */
    Optional<TurnLoop.Turns> fetchTurns() {
        return Optional.ofNullable(sides).map(Sides::fetch);
    }

    void stop() {
        Sides open = sides;
        if (open == null) {
            return;
        }
        open.fetch().stop();
        TurnLoop loop = fetchLoop;
        if (loop != null) {
            loop.close();
        }
        open.source().close();
    }
}
