package io.leasehold.server.replica;

/**
 * Which member took a command from a client, when another one put it into the log. It travels in the entry, so that the
 * first finds its command when it applies the entry, whoever led and whatever was lost on the way.
 *
 * @param memberId the member that waits for the outcome
 * @param sequence its number for the command; never used before by any life of it
 */
record Origin(long memberId, long sequence) {}
