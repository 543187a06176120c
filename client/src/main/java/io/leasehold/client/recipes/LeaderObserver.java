package io.leasehold.client.recipes;

import java.util.Optional;

/** A running observation of an election. Safe for any thread. */
public interface LeaderObserver extends AutoCloseable {
    /** Who was last told to lead; empty when nobody does, or nothing is known yet. */
    Optional<Leader> leader();

    /** Ends it; the listener is told no leaders after this. */
    @Override
    void close();
}
