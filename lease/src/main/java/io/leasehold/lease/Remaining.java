package io.leasehold.lease;

/**
 * One lease in a checkpoint command.
 *
 * @param id never 0
 * @param grantIndex log index of its grant
 * @param leftMillis what was left when it was computed, in milliseconds, rounded up
 */
public record Remaining(long id, long grantIndex, long leftMillis) {}
