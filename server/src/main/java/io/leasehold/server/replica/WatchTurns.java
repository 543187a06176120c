package io.leasehold.server.replica;

import io.leasehold.server.loop.Ticker;
import io.leasehold.server.loop.TurnLoop;
import io.leasehold.server.loop.WakeUp;
import io.leasehold.server.watch.WatchDispatcher;

/** The dispatcher's thread. */
record WatchTurns(WatchDispatcher watches, WakeUp wakeUp, Ticker ticker) implements TurnLoop.Turns {
    @Override
    public boolean turn() {
        return watches.turn(ticker.nanos()) > 0;
    }

    @Override
    public void sleep(long nanos) {
        wakeUp.sleep(Math.min(nanos, watches.restNanos(ticker.nanos())));
    }
}
