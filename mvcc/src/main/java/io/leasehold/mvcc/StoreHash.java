package io.leasehold.mvcc;

/**
 * A checksum over the store's contents at a revision, equal on all members for equal revisions.
 *
 * @param hash CRC-32C over every record up to the revision that outlives the compaction, in key and revision order
 * @param hashRevision the revision hashed
 * @param compactRevision the compaction the hash knows of; 0 when there was none
 */
public record StoreHash(int hash, long hashRevision, long compactRevision) {}
