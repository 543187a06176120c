package io.leasehold.client.call;

/**
 * What stands at the top of every answer: who answered, and how far it was.
 *
 * @param clusterId unsigned
 * @param memberId unsigned
 * @param revision store revision of the answering member when it answered; 0 where the answer carries none
 * @param raftTerm unsigned
 */
public record Header(long clusterId, long memberId, long revision, long raftTerm) {}
