package io.leasehold.lease;

/**
 * One life of a lease id: what expiry and clear commands name, so that they never hit a lease granted anew under the
 * same id.
 *
 * @param id never 0
 * @param grantIndex log index of its grant
 */
public record Incarnation(long id, long grantIndex) {}
