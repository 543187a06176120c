package io.leasehold.client.lease;

/**
 * What the keepalive has done since the client was made.
 *
 * @param kept leases kept now
 * @param suspect those of them that are suspect
 * @param sent renewals sent
 * @param answered renewals answered
 * @param unexpected answers for leases that are not kept, or of a stream given up
 * @param streamsOpened how often a stream was opened
 * @param lost leases lost by themselves, by expiry or refusal
 * @param pauses how often this process was noticed to have stood still
 */
public record KeepAliveCounts(
        int kept, int suspect, long sent, long answered, long unexpected, long streamsOpened, long lost, long pauses) {}
