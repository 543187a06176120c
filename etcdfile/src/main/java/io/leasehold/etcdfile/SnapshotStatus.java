package io.leasehold.etcdfile;

/**
 * What {@code snapshot status} says of a database.
 *
 * @param hash CRC-32C over the names of all buckets and all keys and values, as etcd's tools compute it
 * @param revision the newest revision of a key; 0 when there is none
 * @param totalKeys entries of all buckets, so with every old version of a key
 * @param sizeBytes of the database, without the checksum behind it
 * @param version of its schema, such as {@code 3.6.0}; empty for etcd 3.5 and older, which do not say
 */
public record SnapshotStatus(int hash, long revision, long totalKeys, long sizeBytes, String version) {}
