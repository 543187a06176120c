package io.leasehold.client.leasing;

/**
 * What a {@link LeasingKv} has been doing since it was opened.
 *
 * @param cached keys that are owned now
 * @param hits reads, and read-only transactions, that cost no call
 * @param misses single-key reads at the newest revision that asked the server
 * @param acquired keys that came to be owned
 * @param revocationsReceived keys given back because somebody wanted to write them
 * @param revocationsSent times somebody else was asked for a key
 * @param evicted keys given back to make room for others
 */
public record LeasingCounts(
        long cached,
        long hits,
        long misses,
        long acquired,
        long revocationsReceived,
        long revocationsSent,
        long evicted) {}
