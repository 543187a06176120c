package io.leasehold.server.bootstrap;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The keys of another cluster, as far as members that look for each other use them. */
public interface Registry {

    /**
     * An entry.
     *
     * @param createRevision when it was made: who came first has the smaller one
     */
    record Entry(String key, String value, long createRevision) {}

    /**
     * What stands under a key.
     *
     * @throws IOException when nobody answers
     */
    Optional<String> value(String key) throws IOException;

    /**
     * All entries whose keys begin with {@code prefix}.
     *
     * @throws IOException when nobody answers
     */
    List<Entry> entries(String prefix) throws IOException;

    /**
     * Makes an entry, or replaces its value.
     *
     * @throws IOException when nobody answers; it may have been made
     */
    void put(String key, String value) throws IOException;
}
