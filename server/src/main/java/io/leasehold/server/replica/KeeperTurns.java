package io.leasehold.server.replica;

import io.leasehold.server.loop.Ticker;
import io.leasehold.server.loop.TurnLoop;
import io.leasehold.server.replica.lease.LeaseKeeper;

/** The keeper's thread: its turns, and then the answers they made. */
record KeeperTurns(LeaseKeeper keeper, LeaseDesk leases, LeaderDesk desk, Ticker ticker, DelayLog delays)
        implements TurnLoop.Turns {
    @Override
    public boolean turn() {
        boolean more = keeper.turn();
        leases.flush();
        desk.flush();
        return more;
    }

    @Override
    public void sleep(long nanos) {
        long startNanos = ticker.nanos();
        keeper.sleep(nanos);
        // Nobody sleeps longer than he asked to unless no thread runs.
        delays.note(DelayLog.Kind.PAUSE, startNanos + nanos, ticker.nanos());
    }
}
