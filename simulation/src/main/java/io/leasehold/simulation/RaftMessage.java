package io.leasehold.simulation;

import java.util.List;

/** What the logs of members tell each other. */
sealed interface RaftMessage {

    /** A candidate asks for a vote. */
    record VoteAsked(int from, long term, long lastIndex, long lastTerm) implements RaftMessage {}

    /** A vote, or none. */
    record Voted(int from, long term, boolean granted) implements RaftMessage {}

    /** A leader's entries behind {@code prevIndex}, perhaps none. */
    record Append(int from, long term, long prevIndex, long prevTerm, List<LogDisk.Entry> entries, long committed)
            implements RaftMessage {}

    /**
     * Everything up to {@code index} is there and forced; or, not {@code matched}, it is not worth trying beyond it, and
     * {@link #NEWCOMER} needs more than entries.
     */
    record Appended(int from, long term, boolean matched, long index) implements RaftMessage {
        /** Instead of an index: who joins has to fetch a state, as how a cluster began is in no entry. */
        static final long NEWCOMER = -1;
    }

    /**
     * What the member lacks is forgotten: entries begin behind the one of {@code index} and {@code indexTerm}. Who takes part
     * now is told along.
     */
    record Purged(int from, long term, long index, long indexTerm, long configurationIndex, Configuration configuration)
            implements RaftMessage {}

    /** A leader that steps down bids another member stand for election at once. */
    record StandNow(long term) implements RaftMessage {}

    /** A leader tells a candidate that it is none of the members any more. */
    record Unknown() implements RaftMessage {}

    /** A sign of life; a {@code question} is answered. */
    record Greeting(int from, boolean question) implements RaftMessage {}
}
