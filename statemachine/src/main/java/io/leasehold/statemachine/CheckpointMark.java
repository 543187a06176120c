package io.leasehold.statemachine;

/**
 * What is durable after a checkpoint.
 *
 * @param index,term the last log entry that the newest manifest holds
 * @param purgeIndex,purgeTerm the last log entry that the older of the two kept manifests holds: up to here the log may
 *     be purged
 */
public record CheckpointMark(long index, long term, long purgeIndex, long purgeTerm) {}
